"""A service whose libraries nobody is told to renew."""

import re
from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind

_BOTS = re.compile(r"(^|/)(\.github/dependabot\.ya?ml|\.?renovate(rc)?(\.json5?)?|\.snyk)$")
_AUDITS = re.compile(
    r"pip-audit|pip_audit|safety (check|scan)|trivy|grype|osv-scanner|snyk|dependency-review"
    r"|(npm|yarn|pnpm|uv|cargo) audit|dependabot|renovate|anchore|clair|scan|dependency.track"
    r"|pyup|pip-compile --upgrade|uv lock --upgrade|poetry update|audit"
)
_MAY_AUDIT = (Kind.WORKFLOW, Kind.GITLAB_CI, Kind.MAKEFILE, Kind.SHELL)


def find(case: Case) -> Iterator[Finding]:
    """One finding a tree that deploys, at the first list of what it needs."""
    paths = case.automation.paths
    needs = case.pack.of_kind(Kind.REQUIREMENTS, Kind.PYPROJECT, Kind.PACKAGE_JSON)
    if not paths or not needs or any(_BOTS.search(s.path) for s in case.pack.bundle.sources):
        return
    texts = [source.text.lower() for source in case.pack.of_kind(*_MAY_AUDIT)]
    hooks = (s for s in case.pack.bundle.sources if s.path.endswith(".pre-commit-config.yaml"))
    if any(_AUDITS.search(text) for text in (*texts, *(hook.text for hook in hooks))):
        return
    yield Finding(
        needs[0].path,
        1,
        "nothing proposes newer versions of what this names, and no pipeline looks for known holes"
        " in it: the service runs with them until somebody remembers",
        "Let a bot propose updates (`.github/dependabot.yml`), and audit the locked versions in the"
        " pipeline (`pip-audit`, `trivy image`).",
    )


CHECK = Check(
    id="dependencies-unwatched",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="libraries that nobody is told to renew",
    find=find,
)
