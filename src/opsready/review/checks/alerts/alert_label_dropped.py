"""A page with a blank where a name should stand."""

import re
from collections.abc import Iterator

from opsready.documents.expression import output_labels
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_SHOWN = re.compile(r'\$labels\.(\w+)|index\s+\$labels\s+"(\w+)"')
# Within `range` and `with` the dot is something else, such as the result of a query.
_DOTTED = re.compile(r'(?<!\w)\.Labels\.(\w+)|index\s+\.Labels\s+"(\w+)"')
_MOVES_THE_DOT = re.compile(r"\b(?:range|with|template|define)\b")
_INSIDE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert whose text shows labels that its expression does not give."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        given = output_labels(alert.expression.root) if alert.expression.root else None
        if given is None:
            continue
        for key, label in _shown_by(alert):
            if label not in given:
                yield Finding(
                    alert.path,
                    alert.line_of(key),
                    f"`{key}` of `{alert.name}` shows the label `{label}`, which the expression "
                    f"{_instead(given)}: there is a blank in the page",
                    f"Keep `{label}` in the expression (`by ({label}, …)`), or do not show it.",
                )


def _shown_by(alert: Alert) -> Iterator[tuple[str, str]]:
    """Annotation or label, and the label that its template shows."""
    for key, text in (*alert.annotations.items(), *alert.labels.items()):
        inside = "".join(_INSIDE.findall(text))
        found = _SHOWN.findall(inside)
        if not _MOVES_THE_DOT.search(inside):
            found += _DOTTED.findall(inside)
        for label in dict.fromkeys(first or second for first, second in found):
            yield key, label


def _instead(given: frozenset[str]) -> str:
    kept = ", ".join(f"`{name}`" for name in sorted(given))
    return f"drops, keeping only {kept}" if kept else "drops together with all others"


CHECK = Check(
    id="alert-label-dropped",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a page with a blank where a name should stand",
    find=find,
)
