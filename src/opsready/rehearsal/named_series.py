"""Which series the rules and dashboards of a pack read: metric, labels and matched values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsready.documents.dashboard import Dashboard
from opsready.documents.expression import Expression
from opsready.documents.rulebook import RuleBook
from opsready.hats.pack import Pack
from opsready.promql.nodes import Aggregation, Binary, Call, Matcher, String
from opsready.promql.uses import SelectorUse

VARIABLE = "variable"
"""What the dashboard noun puts in the place of a template variable."""

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

    def __str__(self) -> str:
        inside = ", ".join(f'{m.label}{m.op}"{m.value}"' for m in self.matchers)
        return f"{self.metric}{{{inside}}}" if inside else self.metric


@dataclass(frozen=True)
class Named:
    """What could be read of the expressions, and the places of those that could not."""

    series: tuple[NamedSeries, ...]
    unread: tuple[str, ...] = ()


def named_by(pack: Pack) -> Named:
    """The series that every rule and panel reads, but for those that rules of the pack record."""
    book = pack.bundle.assembled(RuleBook)
    series: list[NamedSeries] = []
    unread: list[str] = []
    for expression in (*book.expressions(), *_queries(pack)):
        if expression.root is None:
            unread.append(f"{expression.path}:{expression.line}")
        series += _named(expression, book.recorded_names)
    return Named(tuple(dict.fromkeys(series)), tuple(unread))


def _queries(pack: Pack) -> Iterator[Expression]:
    for dashboard in pack.documents(Dashboard):
        for panel in dashboard.panels:
            yield from panel.queries


def _named(expression: Expression, recorded: frozenset[str]) -> Iterator[NamedSeries]:
    for use in expression.selectors:
        selector = use.selector
        labels = frozenset({*(m.label for m in selector.matchers), *_read_around(use)})
        for metric in selector.metrics or ():
            if metric not in recorded and metric not in MADE_BY_PROMETHEUS:
                place = f"{expression.path}:{expression.line}"
                matchers = tuple(m for m in selector.matchers if _asks_for_a_value(m))
                yield NamedSeries(metric, matchers, labels - {"__name__"}, place)


def _asks_for_a_value(matcher: Matcher) -> bool:
    """A dashboard's variable takes whatever values there are."""
    return matcher.label != "__name__" and VARIABLE not in matcher.value


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
