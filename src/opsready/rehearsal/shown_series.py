"""How a series that a rule names stands against the page that the service shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from opsready.documents.exporter import OF_THE_SERVICE, exporter_of
from opsready.promql.nodes import Matcher
from opsready.rehearsal.named_series import NamedSeries
from opsready.rehearsal.stage.metrics_page import MetricsPage

# Labels that scraping and the servers' own settings add: no page of a service shows them.
_ADDED_BY_SCRAPING = frozenset({"job", "instance"})
_MAY_BE_ADDED = frozenset(
    {
        *("cluster", "env", "environment", "region", "zone", "az", "tenant", "team", "app"),
        *("namespace", "pod", "node", "container", "service", "endpoint", "replica", "prometheus"),
    }
)
_ENDING = r"_(?:total|bucket|count|sum|created)"
# First words that many programs share: they do not tell whose a metric is.
_SHARED_WORDS = frozenset({"http", "https", "app", "application", "db", "python", "process"})


class Showing(StrEnum):
    """seen: shown, with every label and a series that matches · absent: it can never match ·
    unseen: nothing here made it appear · elsewhere: not the service's to show · unknown: nobody
    here can say who shows it."""

    SEEN = "seen"
    ABSENT = "absent"
    UNSEEN = "unseen"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Looked:
    """One named series, and how it was found."""

    named: NamedSeries
    showing: Showing
    why: str = ""

    def __str__(self) -> str:
        return f"{self.named} ({self.named.place}): {self.why}"


def look(named: NamedSeries, page: MetricsPage, code: Iterable[str]) -> Looked:
    """Looks for a series on the page; `code` are the texts in which its name may stand."""
    series = page.series_of(named.metric)
    if not series:
        return _not_shown(named, page, code)
    missing = sorted(
        label
        for label in named.labels - _ADDED_BY_SCRAPING
        if not any(label in one for one in series) and not _asks_for_none(named, label)
    )
    surely = [label for label in missing if label not in _MAY_BE_ADDED]
    if surely:
        return Looked(named, Showing.ABSENT, f"it has no label {', '.join(surely)}")
    matchers = [m for m in named.matchers if m.label not in {*_ADDED_BY_SCRAPING, *missing}]
    if not any(_matches(one, matchers) for one in series):
        return _nothing_matches(named, matchers, series)
    if missing:
        why = f"label {', '.join(missing)} is not the service's, if scraping adds it"
        return Looked(named, Showing.ELSEWHERE, why)
    return Looked(named, Showing.SEEN)


def _not_shown(named: NamedSeries, page: MetricsPage, code: Iterable[str]) -> Looked:
    if named.metric in page.declared or _is_in_code(named.metric, code):
        return Looked(named, Showing.UNSEEN, "the code knows it, and no journey made it appear")
    if ":" in named.metric:
        return Looked(named, Showing.ELSEWHERE, "recorded by a rule that is not in the tree")
    owner = exporter_of(named.metric)
    if owner is not None and owner != OF_THE_SERVICE:
        return Looked(named, Showing.ELSEWHERE, f"{owner} shows it, and does not run here")
    if owner == OF_THE_SERVICE or _first_word(named.metric) in _own_words(page):
        return Looked(named, Showing.ABSENT, "the service never shows it")
    return Looked(named, Showing.UNKNOWN, "neither the service nor an exporter known here shows it")


def _is_in_code(metric: str, code: Iterable[str]) -> bool:
    """Whether a text names it as a whole word, with what its type adds to the name or without."""
    stem = re.sub(f"{_ENDING}$", "", metric)
    spelt = re.compile(rf"\b{re.escape(stem)}(?:{_ENDING})?\b")
    return any(stem in text and spelt.search(text) for text in code)


def _own_words(page: MetricsPage) -> set[str]:
    """The first words of what the service shows: a name that begins so is meant to be its own."""
    return {_first_word(name) for name in (*page.series, *page.declared)} - _SHARED_WORDS


def _first_word(metric: str) -> str:
    return metric.partition("_")[0]


def _nothing_matches(
    named: NamedSeries, matchers: list[Matcher], series: Iterable[Mapping[str, str]]
) -> Looked:
    """Buckets are all shown from the first observation on: one that is missing never comes."""
    for matcher in matchers:
        if not any(_matches(one, [matcher]) for one in series):
            showing = Showing.ABSENT if matcher.label == "le" else Showing.UNSEEN
            shown = ", ".join(sorted({one.get(matcher.label, "") for one in series})[:8])
            wanted = f'{matcher.label}{matcher.op}"{matcher.value}"'
            return Looked(named, showing, f"no series with {wanted}; seen: {shown}")
    return Looked(named, Showing.UNSEEN, "no series with all of these values at once")


def _matches(series: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    return all(matcher.matches(series.get(matcher.label, "")) for matcher in matchers)


def _asks_for_none(named: NamedSeries, label: str) -> bool:
    """`{canary=""}` asks for series without the label."""
    asked = [m for m in named.matchers if m.label == label]
    return bool(asked) and all(m.matches("") for m in asked)
