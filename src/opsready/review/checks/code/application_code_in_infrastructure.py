"""Application code among the files that say how it is run."""

import re
from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_INFRASTRUCTURE = re.compile(
    r"(^|/)(infra(structure)?|terraform|deploy(ment)?|k8s|kubernetes|manifests|helm|charts|ansible)/"
)
_CODE = re.compile(r"\.(py|js|ts|rb|go|java|php)$")
# A setting that is spelled as a few lines of code is a setting.
_LINES_OF_A_SETTING = 10


def find(case: Case) -> Iterator[Finding]:
    """Modules that serve routes, then code kept in ConfigMaps."""
    said = [f for f in case.facts.of(Claim.ROUTE) if f.path.endswith(".py")]
    for path in sorted({fact.path for fact in said if _INFRASTRUCTURE.search(fact.path)}):
        first = min(fact.line for fact in said if fact.path == path)
        if serves_users(path):
            yield _finding(path, first, "a module that serves routes stands")
    for manifest in case.pack.documents(Manifest):
        for known in manifest.of_kind("ConfigMap") if serves_users(manifest.path) else ():
            for name, node in known.node.items("data"):
                if _CODE.search(name) and node.text.count("\n") > _LINES_OF_A_SETTING:
                    yield _finding(
                        manifest.path, node.line, f"ConfigMap `{known.name}` keeps `{name}`"
                    )


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        path,
        line,
        f"{what} among the files of the infrastructure: it is deployed without being built, tested"
        " or versioned like the rest of the code",
        "Move it to the application's own package, and deploy it in an image.",
    )


CHECK = Check(
    id="application-code-in-infrastructure",
    mandate="OPS-6",
    severity=Severity.WARNING,
    title="application code among the files of the infrastructure",
    find=find,
)
