"""A host or an account of one environment in a file that serves all of them."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile
from opsready.documents.environment_value import environment_values
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import is_of_one_environment, serves_users
from opsready.sources.source import Source

_KINDS = (Kind.KUBERNETES, Kind.TERRAFORM, Kind.DOCKERFILE)
# Where the state of Terraform lies cannot be a variable.
_FIXED = ("backend", "bucket", "key", "url:", "uses:")


def find(case: Case) -> Iterator[Finding]:
    """One finding a line and value; a file of one environment is the place for its values."""
    for source in _templates(case):
        if not serves_users(source.path) or is_of_one_environment(source.path):
            continue
        lines = source.text.split("\n")
        seen = set()
        for value in environment_values(source.text):
            line = source.text.count("\n", 0, value.start) + 1
            shown = lines[line - 1].strip()
            if shown.startswith(("#", "//", *_FIXED)) or (line, value.what) in seen:
                continue
            seen.add((line, value.what))
            yield Finding(
                source.path,
                line,
                f"{value.what} belongs to one environment, and this file serves all of them: the"
                " same files cannot be tried anywhere else first",
                "Move it to that environment's values file (`envs/<name>.tfvars`, an overlay, the"
                " environment's variables on the code host) and refer to it from here.",
            )


def _templates(case: Case) -> Iterator[Source]:
    """What is applied, and the pipelines that apply it."""
    yield from case.pack.of_kind(*_KINDS)
    paths = {path.path for path in case.automation.paths}
    paths |= {path.path for path in case.automation.scripts}
    paths |= {c.path for c in case.pack.documents(ComposeFile) if c.is_for_production}
    for path in sorted(paths):
        source = case.pack.source(path)
        if source is not None:
            yield source


CHECK = Check(
    id="environment-value-in-template",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a value of one environment in a file for all",
    find=find,
)
