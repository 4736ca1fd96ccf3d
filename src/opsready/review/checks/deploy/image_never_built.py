"""An image that no pipeline builds."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.tool import Does
from opsready.facts.automation import Automation
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_BUILDING = re.compile(r"docker|image|container|kaniko|buildah|buildpack|ko-build|publish|release")
_SETS_UP = re.compile(r"setup-|login|metadata")


def find(case: Case) -> Iterator[Finding]:
    """One finding at the first Dockerfile, where no pipeline builds any."""
    images = [d for d in case.pack.documents(Dockerfile) if serves_users(d.path)]
    if not images:
        return
    if not case.automation.pipelines:
        raise NotRun("the tree has no pipeline, so nothing says what is built elsewhere")
    if not _builds(case.automation):
        first = images[0]
        yield Finding(
            first.path,
            first.stages[0].line,
            f"no pipeline builds `{first.path}`: that it still builds is found out on the day of a"
            " release",
            "Build the image on every proposal, without pushing it.",
        )


def _builds(automation: Automation) -> bool:
    acts = (act for act in automation.acts if act.effect.tool in {"image", "compose"})
    if any(act.effect.is_a(Does.TESTS, Does.DEPLOYS) for act in acts):
        return True
    jobs = [job for path in automation.pipelines for job in getattr(path.pipeline, "jobs", ())]
    names = [step.action for job in jobs for step in job.steps] + [job.calls for job in jobs]
    by_action = any(_BUILDING.search(name) and not _SETS_UP.search(name) for name in names if name)
    commands = [command for job in jobs for command in job.commands]
    # `docker compose up` builds what it needs.
    up = (c.runs("docker", "compose", "up") or c.runs("docker-compose", "up") for c in commands)
    return by_action or any(up)


CHECK = Check(
    id="image-never-built",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="an image that no pipeline builds",
    find=find,
)
