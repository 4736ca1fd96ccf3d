"""What the tree promises its users, whether a file of objectives or a document says so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsready.documents.expression import Expression
from opsready.documents.markdown import Markdown
from opsready.documents.openslo import Slo, SloFile
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.review.check import Case

_PROMISES = re.compile(
    r"\bSL[OIA]s?\b|\b(?:service[- ]levels?|objectives?|targets?|goals?|requirements?|promises?"
    r"|must|shall|guarantee\w*)\b|error[- ]budget",
    re.IGNORECASE,
)
_KINDS = frozenset({"availability", "latency", "error_rate"})


@dataclass(frozen=True)
class Promise:
    """One objective. `target_ratio` is the share of good events, `slo` the file's own entry where
    a file of objectives makes it; `sure` tells a stated one from a conclusion."""

    name: str
    kind: str
    path: str
    line: int
    target_ratio: float | None
    has_window: bool
    where: str | None = None
    slo: Slo | None = None
    sure: bool = True
    queries: tuple[Expression, ...] = ()


def promises(case: Case) -> list[Promise]:
    """Every objective, those of files first, in the order of path and line."""
    files = case.pack.documents(SloFile)
    indicators = {name: queries for file in files for name, queries in file.indicators.items()}
    written = [_of_slo(slo, indicators) for file in files for slo in file.slos]
    return [*written, *_said(case)]


def _of_slo(slo: Slo, indicators: Mapping[str, tuple[Expression, ...]]) -> Promise:
    return Promise(
        slo.name,
        "slo",
        slo.path,
        slo.line,
        slo.target_ratio,
        slo.window_s is not None,
        slo.service,
        slo,
        queries=slo.queries + indicators.get(slo.indicator or "", ()),
    )


def _said(case: Case) -> Iterator[Promise]:
    for fact in case.facts.of(Claim.OBJECTIVE):
        # What a file of objectives says is its own entry already.
        if fact["kind"] in _KINDS and fact["percent"] is not None and fact["name"] is None:
            yield Promise(
                str(fact["target"]),
                str(fact["kind"]),
                fact.path,
                fact.line,
                _good_share(fact),
                bool(fact["window"]),
                fact["where"],
                None,
                fact.confidence is Confidence.STATED and _is_a_promise(fact, case),
            )


def _is_a_promise(fact: Fact, case: Case) -> bool:
    """A latency is a figure in any benchmark; it promises something where its line or a heading
    of its page says so."""
    if fact["kind"] != "latency" or _PROMISES.search(fact.quote):
        return True
    page = case.pack.bundle.document(fact.path, Markdown)
    return page is not None and any(_PROMISES.search(s.heading) for s in page.sections)


def _good_share(fact: Fact) -> float:
    """An error rate promises the share of bad events."""
    share = float(fact["percent"]) / 100
    return round(1 - share if fact["kind"] == "error_rate" else share, 12)
