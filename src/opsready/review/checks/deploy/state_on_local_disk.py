"""State of Terraform that dies with the machine of the pipeline."""

from collections.abc import Iterator

from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users

_PROGRAMS = {"terraform", "tofu"}
# Something that writes a backend before `init`, or brings the state there and back.
_ELSEWHERE = ("backend", "tfstate", "TF_CLI_ARGS", "TF_CLOUD", "terragrunt")


def find(case: Case) -> Iterator[Finding]:
    """One finding a pipeline that applies, in a tree without any backend."""
    terraform = case.pack.bundle.assembled(Terraform)
    settings = [b for file in terraform.files for b in file.of_type("terraform")]
    if not terraform.resources() or any(b.inner("backend", "cloud") for b in settings):
        return
    for path in case.automation.paths:
        for act in path.deploys:
            command = act.effect.command
            applies = command is not None and command.program in _PROGRAMS
            if applies and serves_users(path.path) and not _is_kept(case, act.effect.path):
                yield Finding(
                    act.effect.path,
                    act.effect.line,
                    f"`{act.effect.name}` runs in a pipeline, and no backend is set: the state is"
                    " written to the job's disk and gone with it, so the next run knows nothing of"
                    " what exists",
                    "Add a remote backend that locks, such as `s3` with `use_lockfile = true`, and"
                    " move the state there with `terraform init -migrate-state`.",
                )
                break


def _is_kept(case: Case, path: str) -> bool:
    sources = [case.pack.source(path), *case.pack.of_kind(Kind.WORKFLOW, Kind.SHELL, Kind.MAKEFILE)]
    return any(s is not None and any(word in s.text for word in _ELSEWHERE) for s in sources)


CHECK = Check(
    id="state-on-local-disk",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a state that is gone with the job",
    find=find,
)
