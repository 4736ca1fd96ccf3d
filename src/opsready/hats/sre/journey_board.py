"""The dashboard of critical journeys: each as the requests that it is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsready.documents.route_path import route_pattern
from opsready.facts.fact import Facts
from opsready.hats.sre.grafana import Board, Panel, Query, Row, Step
from opsready.hats.sre.panels import (
    RED,
    alerts_about,
    board_links,
    bounds,
    failing_share,
    per_second,
    quantile,
    reading,
    time_unit,
    told,
    uid,
)
from opsready.hats.sre.signals import ROUTES, Series, at_place
from opsready.hats.sre.watch import Watch
from opsready.spec.spec import Health, Journey, OperationsSpec

_THIRD = 8
_NAMED_AT_MOST = 2
# How Django REST framework, Rails and Cornice end the names of their views.
_OF_MANY = frozenset({"list", "plural", "index", "collection"})
_OF_ONE = frozenset({"detail", "object", "item", "show"})


@dataclass(frozen=True)
class _Path:
    """Journeys that ask the same places, in one row."""

    places: tuple[str, ...]
    journeys: tuple[Journey, ...]

    @property
    def title(self) -> str:
        """The names of the first ones."""
        names = [journey.name for journey in self.journeys]
        more = len(names) - _NAMED_AT_MOST
        return "; ".join(names[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")

    @property
    def says(self) -> str:
        """All names, and the requests."""
        names = "; ".join(journey.name for journey in self.journeys)
        return f"{names}: {', then '.join(self.places)}."


def journey_board(
    watch: Watch, operations: OperationsSpec, facts: Facts, others: Sequence[str]
) -> Board | None:
    """None where no metric tells the requests of a journey from others."""
    paths = _paths(operations, facts)
    rows = tuple(Row(path.title, tuple(_panels(path, watch))) for path in paths)
    known = tuple(row for row in rows if row.panels)
    if not known:
        return None
    return Board(
        uid(watch.service, "journeys"),
        f"{watch.service}: critical journeys",
        f"What users of {watch.service} do, as the requests that it takes. Other requests to the "
        "same routes are counted too: no metric tells them apart.",
        known,
        (watch.service, "journeys"),
        board_links(watch, others),
    )


def _paths(operations: OperationsSpec, facts: Facts) -> list[_Path]:
    """The journeys that users depend on; what should fail is none, nor what machines ask."""
    routes = [str(f["path"]) for f in facts.routes_served if f["path"]]
    found: dict[tuple[str, ...], list[Journey]] = {}
    for journey in operations.journeys:
        if journey.critical and not journey.fails and not journey.presupposes:
            places = tuple(_places(journey, operations.health, routes))
            if places:
                found.setdefault(places, []).append(journey)
    return [_Path(places, tuple(journeys)) for places, journeys in found.items()]


def _places(journey: Journey, health: Health, routes: Sequence[str]) -> Iterator[str]:
    """Method and route of each request, each once."""
    seen: set[str] = set()
    for step in journey.steps:
        path = step.path.partition("?")[0]
        place = f"{step.method} {_route(path, routes)}"
        if path not in {health.liveness, health.readiness, health.metrics} and place not in seen:
            seen.add(place)
            yield place


def _route(path: str, routes: Sequence[str]) -> str:
    """The route that serves a path, as code declares it."""
    if path in routes:
        return path
    return next((route for route in routes if route_pattern(route).fullmatch(path)), path)


def _panels(path: _Path, watch: Watch) -> Iterator[Panel]:
    signals = watch.signals
    asked = _series(signals.requests, path.places)
    timed = _series(signals.duration, path.places)
    if asked:
        paging = alerts_about(watch, "error_ratio")
        yield Panel(
            "Requests a second",
            path.says,
            "reqps",
            tuple(Query(per_second(series), place) for place, series in asked.items()),
            width=_THIRD,
        )
        yield Panel(
            "Failing",
            told(f"The share of answers that are the service's own failure. {path.says}", *paging),
            "percentunit",
            tuple(Query(failing_share(series, signals), place) for place, series in asked.items()),
            width=_THIRD,
            steps=bounds(paging),
            links=reading(watch, *paging),
        )
    if timed:
        yield _slowest(path, watch, timed)


def _slowest(path: _Path, watch: Watch, timed: dict[str, Series]) -> Panel:
    """With the promise as a line, where one is made for a request of the journey."""
    promised = [s for s in watch.slis if s.is_latency and s.events in timed.values()]
    about = [a for a in alerts_about(watch, "latency") if a.slo in {s.name for s in promised}]
    bounds_s = sorted({sli.bucket for sli in promised if sli.bucket is not None})
    return Panel(
        "How long it takes, p95",
        told(f"The slowest twentieth of each request. {path.says}", *about),
        time_unit(next(iter(timed.values()))),
        tuple(Query(quantile(0.95, series), place) for place, series in timed.items()),
        width=_THIRD,
        steps=tuple(Step(bound, RED) for bound in bounds_s),
        links=reading(watch, *about),
    )


def _series(metric: Series | None, places: Sequence[str]) -> dict[str, Series]:
    """The series of each place that the metric tells from others; where a start showed which
    values its label has, only of those."""
    if metric is None:
        return {}
    label = metric.label(ROUTES)
    shown = metric.values.get(label or "", ())
    found = {}
    for place in places:
        path = place.rpartition(" ")[2]
        series = at_place(metric, place)
        if series is not None and shown and path not in shown:
            view = view_of(path, shown)
            series = at_place(metric, place, view) if view else None
        if series is not None:
            found[place] = series
    return found


def view_of(path: str, views: Sequence[str]) -> str | None:
    """The view that serves a path, where a framework names routes so: `/orders` is `order-list`
    or `order-plural`, `/orders/7` is `order-detail` or `order-object`. None where two would do."""
    parts = [part for part in path.split("/") if part]
    for part, kinds in ((parts[-1:], _OF_MANY), (parts[-2:-1], _OF_ONE)):
        fits = [view for view in views if _names(view, "".join(part), kinds)]
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _names(view: str, part: str, kinds: frozenset[str]) -> bool:
    resource, _, kind = view.replace("_", "-").rpartition("-")
    return bool(resource) and kind in kinds and part.replace("_", "-") in {resource, f"{resource}s"}
