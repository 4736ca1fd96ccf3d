"""Tests that no pipeline runs before it deploys."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.python_module import PythonModule
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import Purpose, purpose_of

# Any word of testing: what it runs cannot always be known, so its mention is enough.
_TESTING = re.compile(
    r"(?<!la)(?<!con)tests?\b|testing|\btox\b|\bnox\b|\bcheck\b|\bverify\b|\bbehave\b"
)
_PIPELINES = (Kind.WORKFLOW, Kind.GITLAB_CI)
_PATTERN = re.compile(r"^(async )?def test_\w+|^class Test\w+", re.MULTILINE)


def find(case: Case) -> Iterator[Finding]:
    """One finding a tree that has tests, and deploys without a word of them."""
    paths = case.automation.paths
    tests = [module for module in case.pack.documents(PythonModule) if _is_test(module)]
    if not paths or not tests or _mentions_tests(case):
        return
    first = paths[0].deploys[0].effect
    number = f"{len(tests)} files" if len(tests) > 1 else "one file"
    yield Finding(
        first.path,
        first.line,
        f"`{first.shown}` deploys what no test was run on: the tree has {number} of tests, such as"
        f" `{tests[0].path}`, and no pipeline runs them",
        "Add a job that runs the tests on every proposal, and let the deploy need it.",
    )


def _is_test(module: PythonModule) -> bool:
    is_trial = purpose_of(module.path) is Purpose.TRIAL
    return is_trial and _PATTERN.search(module.text) is not None


def _mentions_tests(case: Case) -> bool:
    """In a pipeline, in what one calls from elsewhere, or in the making of the image."""
    if any(_TESTING.search(source.text.lower()) for source in case.pack.of_kind(*_PIPELINES)):
        return True
    if any(job.calls and "/" in job.calls for p in case.automation.paths for job in p.jobs):
        return True
    images = case.pack.documents(Dockerfile)
    made = (each.value for image in images for stage in image.stages for each in stage.all("RUN"))
    return any(_TESTING.search(command) for command in made)


CHECK = Check(
    id="tests-never-run",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="tests that no pipeline runs",
    find=find,
)
