"""Where a linter says what a check of ours says at the same place, one finding remains: ours.

Ours knows the tree around it, has a page and a severity that was weighed; the linter's stands
beside it as a related place.
"""

from collections.abc import Iterable
from dataclasses import replace

from opsready.review.finding import Finding, Place

# A linter's rule, or a whole linter as `<id>/*`, to the checks of ours that mean the same.
SAME: dict[str, tuple[str, ...]] = {
    "detect-secrets/*": ("secret-in-file", "pager-key-inline"),
    "hadolint/DL3002": ("runs-as-root",),
    "hadolint/DL3006": ("unpinned-image",),
    "hadolint/DL3007": ("unpinned-image",),
    "hadolint/DL3025": ("signals-swallowed",),
    "hadolint/DL3064": ("secret-in-file",),
    "zizmor/concurrency-limits": ("overlapping-deploys",),
    "zizmor/secrets-outside-env": ("deploy-without-environment",),
    "zizmor/unpinned-uses": ("unpinned-action",),
}
# What is missing from a whole file is seen on another line by each.
_ANYWHERE = -1
_OF_THE_FILE = frozenset({"zizmor/concurrency-limits"})


def merged(ours: Iterable[Finding], theirs: Iterable[Finding]) -> list[Finding]:
    """All of ours, each with the linters that say so too; of theirs what ours do not say.

    A place is a line, or one that the linter's finding is related to: of a step it names the line
    that is wrong, and the line on which the step begins.
    """
    kept = list(ours)
    at: dict[tuple[str, str, int], list[int]] = {}
    for number, finding in enumerate(kept):
        for line in (finding.line, _ANYWHERE):
            at.setdefault((finding.check, finding.path, line), []).append(number)
    for finding in theirs:
        known = [number for key in _keys(finding) for number in at.get(key, ())]
        for number in known:
            agrees = Place(finding.path, finding.line, f"{finding.check} says the same")
            kept[number] = replace(kept[number], related=(*kept[number].related, agrees))
        if not known:
            kept.append(finding)
    return kept


def _keys(finding: Finding) -> list[tuple[str, str, int]]:
    checks = SAME.get(finding.check) or SAME.get(f"{finding.tool}/*", ())
    if finding.check in _OF_THE_FILE:
        return [(check, finding.path, _ANYWHERE) for check in checks]
    places = [(finding.path, finding.line), *((p.path, p.line) for p in finding.related)]
    return [(check, *place) for check in checks for place in dict.fromkeys(places)]
