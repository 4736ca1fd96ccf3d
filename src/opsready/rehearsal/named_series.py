"""Which series the rules and dashboards of a pack read: metric, labels and matched values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsready.documents.dashboard import VALUE, Dashboard
from opsready.documents.expression import Expression
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.hats.pack import Pack
from opsready.promql.nodes import Aggregation, Binary, Call, Matcher, Selector, String
from opsready.promql.uses import SelectorUse

# What Prometheus makes itself for every target it scrapes, and for every alert (its docs, "jobs
# and instances" and "alerting rules").
MADE_BY_PROMETHEUS = frozenset(
    {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
        "ALERTS",
        "ALERTS_FOR_STATE",
    }
)


@dataclass(frozen=True)
class NamedSeries:
    """A selector of one metric, with the labels that the expression around it reads too."""

    metric: str
    matchers: tuple[Matcher, ...]
    labels: frozenset[str]
    place: str

    @property
    def as_selector(self) -> Selector:
        """What is asked of a rule that records it."""
        return Selector(self.metric, self.matchers)

    def __str__(self) -> str:
        inside = ", ".join(f'{m.label}{m.op}"{m.value}"' for m in self.matchers)
        return f"{self.metric}{{{inside}}}" if inside else self.metric


@dataclass(frozen=True)
class Named:
    """What could be read of the expressions, and the places of those that could not. `astray` are
    those of recorded metrics, each with its place, that no rule of the pack gives."""

    series: tuple[NamedSeries, ...]
    unread: tuple[str, ...] = ()
    astray: tuple[NamedSeries, ...] = ()


def named_by(pack: Pack) -> Named:
    """The series that every rule, objective and panel reads. A recorded one is what its rule
    reads, and is held against the labels that the rule gives."""
    book = pack.bundle.assembled(RuleBook)
    series: list[NamedSeries] = []
    astray: list[NamedSeries] = []
    unread: list[str] = []
    for expression in (*book.expressions(), *_queries(pack)):
        if expression.root is None:
            unread.append(f"{expression.path}:{expression.line}")
        for one in _named(expression):
            if one.metric not in book.recorded_names:
                series.append(one)
            elif not book.may_give(one.as_selector):
                astray.append(one)
    return Named(tuple(dict.fromkeys(series)), tuple(unread), tuple(dict.fromkeys(astray)))


def _queries(pack: Pack) -> Iterator[Expression]:
    for file in pack.documents(SloFile):
        yield from (query for slo in file.slos for query in slo.queries)
        yield from (query for queries in file.indicators.values() for query in queries)
    for dashboard in pack.documents(Dashboard):
        for panel in dashboard.panels:
            yield from panel.queries


def _named(expression: Expression) -> Iterator[NamedSeries]:
    for use in expression.selectors:
        selector = use.selector
        labels = frozenset({*(m.label for m in selector.matchers), *_read_around(use)})
        for metric in selector.metrics or ():
            if metric not in MADE_BY_PROMETHEUS:
                place = f"{expression.path}:{expression.line}"
                matchers = tuple(m for m in selector.matchers if _asks_for_a_value(m))
                yield NamedSeries(metric, matchers, labels - {"__name__"}, place)


def _asks_for_a_value(matcher: Matcher) -> bool:
    """A dashboard's variable takes whatever values there are."""
    return matcher.label != "__name__" and VALUE not in matcher.value


def _read_around(use: SelectorUse) -> set[str]:
    """The labels that the nodes around a selector read of its series, up to the first
    aggregation, beyond which there are only the labels that it leaves."""
    read: set[str] = set()
    written: set[str] = set()
    for node in reversed(use.enclosing):
        match node:
            case Call(function="label_replace", args=(_, String(target), _, String(source), *_)):
                read |= {source} - written
                written.add(target)
            case Call(function="label_join", args=(_, String(target), _, *sources)):
                read |= set(_texts(sources)) - written
                written.add(target)
            case Binary(matching=matching) if matching is not None and matching.on:
                read |= set(matching.labels) - written
            case Aggregation(labels=labels, without=without):
                return read | (set() if without else set(labels) - written)
    return read


def _texts(nodes: Iterable[object]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, String))
