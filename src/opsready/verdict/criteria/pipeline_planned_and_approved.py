"""The good sentence about pipelines (DESIGN §5)."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.sights import approval_is_asked, pipeline_runs
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "the pipeline runs `terraform plan` in CI",
        (
            "config-never-tested",
            "apply-without-plan",
            "terraform_plans_and_applies",
            "pipeline_steps_run",
        ),
        Rung.REHEARSED,
        pipeline_runs("terraform plan"),
    ),
    # That the approval is enforced is a setting of the code host, and not in the tree (DESIGN §7).
    Claim(
        "it requires approval before `apply`",
        ("deploy-without-environment",),
        Rung.CHECKED,
        approval_is_asked,
    ),
)


def judge(brief: Brief) -> Judgement:
    """The plan was really made here; of the approval, that the job can be held up for one."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="pipeline-planned-and-approved",
    must=("Deployment pipeline runs `terraform plan` in CI and requires approval before `apply`"),
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("code",),
)
