"""Somebody else's action, by a name that can move, in a job that deploys."""

import re
from collections.abc import Iterator

from opsready.documents.pipeline import Step
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_COMMIT = re.compile(r"[0-9a-f]{40}")
_BRANCHES = {"main", "master", "develop", "latest", "trunk", ""}
# Owners whose accounts are those of the code host, or of the provider deployed to.
_OWNERS = {"actions", "github", "docker", "aws-actions", "azure", "google-github-actions"}


def find(case: Case) -> Iterator[Finding]:
    """One finding a step of a job that deploys."""
    for path in case.automation.paths:
        for job in path.jobs:
            for step in job.steps:
                if _can_move(step):
                    yield Finding(
                        step.path,
                        step.line,
                        f"`{step.uses}` runs with the rights to deploy, and its owner can change"
                        " what it does without a change here",
                        "Pin it to the full commit, with the version in a comment behind it.",
                    )


def _can_move(step: Step) -> bool:
    action, _, version = step.uses.partition("@")
    if not action or action.startswith(("./", "docker://")) or _COMMIT.fullmatch(version):
        return False
    owner = action.partition("/")[0].lower()
    return owner not in _OWNERS or version in _BRANCHES


CHECK = Check(
    id="unpinned-action",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="an action by a moving name, with the rights to deploy",
    find=find,
)
