"""Which of a service's metrics serve for which signal, and how requests of machines are left out.

A metric is only taken where a fact shows it: the code defines it, a start showed it, or the
collector gives it. Names follow the conventions of Prometheus and OpenTelemetry; labels decide
where they do not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.promql.literals import quote
from opsready.spec.spec import Dependency, OperationsSpec

ShownBy = Literal["code", "observed", "collector"]

_STATUS = (
    *("status", "status_code", "code"),
    *("http_status", "http_response_status_code", "response_code"),
)
ROUTES = (
    *("route", "handler", "endpoint", "path", "http_route"),
    *("url_rule", "view", "path_template", "uri"),
)
METHODS = ("method", "http_method", "http_request_method", "verb")
DEPENDENCIES = (
    *("dependency", "backend", "upstream", "target"),
    *("client", "service", "peer", "store"),
)
_REQUESTS = re.compile(r"request|response|http|call", re.IGNORECASE)
_OUTWARD = re.compile(r"client|outgoing|outbound|upstream|downstream|dependency|backend", re.I)
_TIMED = re.compile(r"duration|latency|response_time|request\w*_seconds|processing|elapsed", re.I)
_IN_FLIGHT = re.compile(r"in_?flight|in_?progress|active_requests|concurren", re.IGNORECASE)
_FAILED = re.compile(r"err(?:or)?s?(?:_|$)|fail|timeout|unavailable|exception", re.IGNORECASE)
# What machines ask for, as routes and views are called.
_PROBES = re.compile(
    r"heart_?beat|health|liv(?:e|eness|ez)|read(?:y|iness|yz)|metrics|ping|prometheus|probe", re.I
)


@dataclass(frozen=True)
class Series:
    """A metric and the matchers that pick its series, as PromQL writes them. `values` are those
    of its labels that a start showed; `per_second` is what one second is in its unit."""

    name: str
    kind: str
    labels: tuple[str, ...] = ()
    shown_by: ShownBy = "code"
    matchers: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per_second: int = 1
    fact: Fact | None = None

    def select(self, *more: str, suffix: str = "") -> str:
        """The selector, with more matchers behind its own."""
        return f"{self.name}{suffix}{{{', '.join((*self.matchers, *more))}}}"

    def having(self, *more: str) -> "Series":
        """Fewer of its series: those that these matchers pick too."""
        return replace(self, matchers=(*self.matchers, *more))

    def label(self, known: Iterable[str]) -> str | None:
        """The first of these labels that it has."""
        return next((name for name in known if name in self.labels), None)

    def spelt(self, label: str, value: str) -> str:
        """The value as a start showed it, where only case differs."""
        shown = self.values.get(label, ())
        return next((one for one in shown if one.lower() == value.lower()), value)


@dataclass(frozen=True)
class Signals:
    """The series of each signal; None where no fact shows one. The matchers of `requests` and
    `duration` leave out what machines ask for, `machines` by the names that the label of routes
    has for it. `readiness` are the answers of the readiness route, where they are counted."""

    up: Series
    requests: Series | None = None
    duration: Series | None = None
    in_flight: Series | None = None
    cpu: Series | None = None
    failures: tuple[Series, ...] = ()
    calls: tuple[Series, ...] = ()
    readiness: Series | None = None
    status: str | None = None
    machines: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def bad(self) -> str:
        """The matcher of answers that are the service's own failure."""
        return f'{self.status}=~"5.."'

    @property
    def every(self) -> tuple[Series, ...]:
        """All that are used, those of machines' own routes aside."""
        known = (self.up, self.requests, self.duration, self.in_flight, self.cpu)
        return tuple(series for series in (*known, *self.failures, *self.calls) if series)


def signals_of(operations: OperationsSpec, facts: Facts) -> Signals:
    """What of the facts' metrics serves for what."""
    job = f"job={quote(operations.service.name)}"
    metrics = [_series(fact, job) for fact in _surest(facts.of(Claim.METRIC))]
    served = [m for m in metrics if not _OUTWARD.search(m.name)]
    counted = _first(served, _counts_requests) or _counts_of(served)
    requests = _without_machines(counted, operations, facts) if counted else None
    timed = _first(served, lambda m: _is_timed(m))
    duration = _without_machines(timed, operations, facts) if timed else None
    return Signals(
        Series("up", "gauge", ("job", "instance"), "collector", (job,)),
        requests,
        duration,
        _first(served, lambda m: m.kind == "gauge" and bool(_IN_FLIGHT.search(m.name))),
        _first(metrics, lambda m: m.name == "process_cpu_seconds_total"),
        tuple(m for m in metrics if _counts_failed_calls(m)),
        tuple(m for m in metrics if m.kind == "histogram" and m.label(DEPENDENCIES)),
        _of_readiness(counted, operations) if counted else None,
        counted.label(_STATUS) if counted else None,
        _machines(counted, operations, facts) if counted else (),
        tuple(metric.name for metric in metrics),
    )


def _surest(facts: list[Fact]) -> list[Fact]:
    """One fact a metric: what was seen knows the values of its labels."""
    known: dict[str, Fact] = {}
    for fact in facts:
        first = known.setdefault(str(fact["name"]), fact)
        if fact.confidence is Confidence.OBSERVED and first.confidence is not Confidence.OBSERVED:
            known[str(fact["name"])] = fact
    return list(known.values())


def _series(fact: Fact, job: str) -> Series:
    values = fact["values"] if isinstance(fact["values"], dict) else {}
    name = str(fact["name"])
    return Series(
        name,
        str(fact["type"]),
        tuple(str(label) for label in fact["labels"] or ()),
        "observed" if fact.confidence is Confidence.OBSERVED else "code",
        (job,),
        tuple(float(bound) for bound in fact["buckets"] or ()),
        {str(label): tuple(str(one) for one in seen) for label, seen in values.items()},
        1000 if re.search(r"_(?:ms|milliseconds)(?:_|$)", name) else 1,
        fact,
    )


def _first(metrics: list[Series], fits: object) -> Series | None:
    found = [metric for metric in metrics if callable(fits) and fits(metric)]
    return max(found, key=_is_central, default=None)


def _is_central(metric: Series) -> tuple[bool, bool]:
    """Of several, the one that tells routes apart and says `http` or `request`."""
    return metric.label(ROUTES) is not None, bool(re.search(r"http|request", metric.name))


def _counts_requests(metric: Series) -> bool:
    """A counter of answers by their status."""
    by_status = metric.label(_STATUS) is not None
    return metric.kind == "counter" and by_status and bool(_REQUESTS.search(metric.name))


def _counts_of(metrics: list[Series]) -> Series | None:
    """How many requests a histogram timed, where it tells their status and no counter does: as in
    OpenTelemetry's conventions."""
    timed = _first(metrics, lambda m: _is_timed(m) and m.label(_STATUS) is not None)
    return replace(timed, name=f"{timed.name}_count", kind="counter", buckets=()) if timed else None


def _is_timed(metric: Series) -> bool:
    about = _REQUESTS.search(metric.name) or metric.label(ROUTES) or metric.label(_STATUS)
    return metric.kind == "histogram" and bool(_TIMED.search(metric.name)) and bool(about)


def _counts_failed_calls(metric: Series) -> bool:
    """A counter of failures by dependency."""
    by_dependency = metric.label(DEPENDENCIES) is not None
    return metric.kind == "counter" and by_dependency and bool(_FAILED.search(metric.name))


def _without_machines(metric: Series, operations: OperationsSpec, facts: Facts) -> Series:
    """Probes always succeed and never wait: counted, they hide what users see."""
    names = _machines(metric, operations, facts)
    pattern = quote("|".join(map(_literally, names)))
    return metric.having(f"{metric.label(ROUTES)}!~{pattern}") if names else metric


def _machines(metric: Series, operations: OperationsSpec, facts: Facts) -> tuple[str, ...]:
    label = metric.label(ROUTES)
    if label is None:
        return ()
    return tuple(sorted(set(_machine_values(metric, label, operations, facts))))


def _literally(value: str) -> str:
    """A pattern that this value alone matches, in RE2 too."""
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", value)


def _machine_values(
    metric: Series, label: str, operations: OperationsSpec, facts: Facts
) -> Iterator[str]:
    """What the label says for routes that machines ask: their paths, or names that a start
    showed. A framework may name a route after its view."""
    shown = metric.values.get(label, ())
    for path in _machine_paths(operations, facts):
        if not shown or path in shown or any(value.startswith("/") for value in shown):
            yield path
        else:
            yield path.rstrip("/").rpartition("/")[2].strip("_")
    yield from (value for value in shown if _PROBES.search(value))


def _machine_paths(operations: OperationsSpec, facts: Facts) -> set[str]:
    health = operations.health
    told = {health.liveness, health.readiness, health.metrics}
    read = {str(f["path"] or f.value) for f in facts.of(Claim.HEALTH_ROUTE, Claim.METRICS_ROUTE)}
    return {path for path in told | read if path}


def _of_readiness(metric: Series, operations: OperationsSpec) -> Series | None:
    """Where probes are counted, the answers of the readiness route: they fail with a critical
    dependency, though nobody else asks."""
    label, path = metric.label(ROUTES), operations.health.readiness
    if label is None or path is None:
        return None
    name = path.rstrip("/").rpartition("/")[2].strip("_")
    shown = metric.values.get(label, ())
    value = next((one for one in shown if one in (path, name)), None)
    return metric.having(f"{label}={quote(value)}") if value else None


def failures_of(signals: Signals, dependency: Dependency) -> Series | None:
    """The counted failures of calls to one dependency."""
    return _picked(signals.failures, dependency)


def calls_of(signals: Signals, dependency: Dependency) -> Series | None:
    """The timed calls to one dependency."""
    return _picked(signals.calls, dependency)


def _picked(known: tuple[Series, ...], dependency: Dependency) -> Series | None:
    for series in known:
        label = series.label(DEPENDENCIES)
        shown = series.values.get(label or "", ())
        value = next((one for one in (dependency.name, dependency.kind) if one in shown), None)
        if label and (value or not shown):
            return series.having(f"{label}={quote(value or dependency.name)}")
    return None


def at_place(series: Series, place: str, view: str = "") -> Series | None:
    """The series of one route, as `POST /orders` or `/orders` names it, or of the `view` that
    serves it; None where the metric does not tell routes apart."""
    method, _, path = place.rpartition(" ")
    label = series.label(ROUTES)
    if label is None or not path.startswith("/"):
        return None
    by = series.label(METHODS) if method else None
    named = [f"{by}={quote(series.spelt(by, method))}"] if by else []
    return series.having(*named, f"{label}={quote(view or path)}")
