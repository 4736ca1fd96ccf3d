"""An objective whose bad events are not among those that it divides by."""

from collections.abc import Iterator

from opsready.documents.expression import Expression
from opsready.documents.openslo import SloFile
from opsready.promql.nodes import Selector, walk
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective whose second query leaves out some of what the first one counts."""
    for file in case.pack.documents(SloFile):
        for slo in file.slos:
            if len(slo.queries) != 2:
                continue
            part, whole = _selector(slo.queries[0]), _selector(slo.queries[1])
            if part is None or whole is None:
                continue
            extra = [m for m in whole.matchers if m not in part.matchers and m.op in {"=", "=~"}]
            other = {m.label for m in part.matchers}
            if part.name == whole.name and extra and not all(m.label in other for m in extra):
                shown = ", ".join(f'`{m.label}{m.op}"{m.value}"`' for m in extra)
                yield Finding(
                    slo.path,
                    slo.queries[0].line,
                    f"the objective `{slo.name}` counts events here that the other query leaves "
                    f"out: only that one asks for {shown}",
                    "Ask for the same in both queries; the first adds what makes an event bad or "
                    "good.",
                    related=(Place(slo.path, slo.queries[1].line, "the other query"),),
                )


def _selector(query: Expression) -> Selector | None:
    """The only selector of a query; None where it has more."""
    found = [node for node in walk(query.root) if isinstance(node, Selector)] if query.root else []
    return found[0] if len(found) == 1 else None


CHECK = Check(
    id="slo-parts-not-of-the-whole",
    mandate="SRE-2",
    severity=Severity.WARNING,
    title="an objective that divides by something else than all",
    find=find,
)
