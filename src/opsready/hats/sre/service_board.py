"""The dashboard of a service: traffic, errors, latency, saturation, dependencies."""

from collections.abc import Iterator, Sequence

from opsready.hats.sre.grafana import WINDOW, Board, Panel, Query, Row, Step
from opsready.hats.sre.panels import (
    GREEN,
    RED,
    alerts_about,
    board_links,
    bounds,
    failing_share,
    per_second,
    quantile,
    quantiles,
    reading,
    time_unit,
    told,
    uid,
)
from opsready.hats.sre.signals import DEPENDENCIES, METHODS, ROUTES, Series, calls_of, failures_of
from opsready.hats.sre.watch import Watch
from opsready.promql.literals import quote

_THIRD, _SIXTH = 8, 4


def service_board(watch: Watch, others: Sequence[str]) -> Board:
    """Rows for the signals that some metric shows."""
    rows = (
        Row("Now", tuple(_now(watch))),
        Row("Traffic", tuple(_traffic(watch))),
        Row("Errors", tuple(_errors(watch))),
        Row("Latency", tuple(_latency(watch))),
        Row("Saturation", tuple(_saturation(watch))),
        Row("Dependencies", tuple(_dependencies(watch))),
    )
    return Board(
        uid(watch.service, "service"),
        f"{watch.service}: service",
        f"What users of {watch.service} get, and what it needs for that. Requests of machines, for "
        "health and metrics, are left out. Lines across a graph are the bounds of alerts.",
        tuple(row for row in rows if row.panels),
        (watch.service, "service"),
        board_links(watch, others),
    )


def _now(watch: Watch) -> Iterator[Panel]:
    firing = f'ALERTS{{alertstate="firing", service={quote(watch.service)}'
    silent = alerts_about(watch, "no_data")
    yield Panel(
        "Alerts that fire",
        "What somebody was called for. Empty is well.",
        "none",
        (Query(f'sum by (alertname, severity, slo) ({firing}, severity=~"page|ticket"}})'),),
        "table",
    )
    yield Panel(
        "Instances",
        told("How many instances answer the collector.", *silent),
        "short",
        (Query(f"sum({watch.signals.up.select()})", "instances"),),
        "stat",
        _SIXTH,
        (Step(1, GREEN),),
        RED,
        links=reading(watch, *silent),
    )
    if watch.signals.requests is not None:
        paging = alerts_about(watch, "error_ratio")
        total = per_second(watch.signals.requests)
        share = failing_share(watch.signals.requests, watch.signals)
        yield Panel(
            "Requests",
            "Requests a second.",
            "reqps",
            (Query(total, "requests"),),
            "stat",
            _SIXTH,
        )
        yield Panel(
            "Failing",
            told("The share of requests that are answered with a failure of the service.", *paging),
            "percentunit",
            (Query(share, "failing"),),
            "stat",
            _SIXTH,
            bounds(paging),
            links=reading(watch, *paging),
        )


def _traffic(watch: Watch) -> Iterator[Panel]:
    requests = watch.signals.requests
    if requests is None:
        return
    drop = alerts_about(watch, "traffic_drop")
    yield Panel(
        "Requests a second",
        told("Now, and at the same time a week ago: the same hour of the same weekday.", *drop),
        "reqps",
        (Query(per_second(requests), "now"), Query(per_second(requests, offset="1w"), "last week")),
        links=reading(watch, *drop),
    )
    by = _places(requests)
    if by:
        yield Panel(
            "Requests by route",
            "Which routes are asked.",
            "reqps",
            (Query(per_second(requests, by), _legend(by)),),
        )


def _errors(watch: Watch) -> Iterator[Panel]:
    requests, status = watch.signals.requests, watch.signals.status
    if requests is None or status is None:
        return
    paging = alerts_about(watch, "error_ratio")
    yield Panel(
        "Requests that fail",
        told("The share of answers that are the service's own failure.", *paging),
        "percentunit",
        (Query(failing_share(requests, watch.signals), "failing"),),
        width=_THIRD,
        steps=bounds(paging),
        links=reading(watch, *paging),
    )
    yield Panel(
        "Answers by status",
        "A rise of 4xx is a client's fault, or a release that refuses what it took before.",
        "reqps",
        (Query(per_second(requests, (status,)), _legend((status,))),),
        width=_THIRD,
    )
    by = _places(requests)
    if by:
        yield Panel(
            "Failures by route",
            "One route alone points to what only that route needs.",
            "reqps",
            (Query(per_second(requests.having(watch.signals.bad), by), _legend(by)),),
            width=_THIRD,
        )


def _latency(watch: Watch) -> Iterator[Panel]:
    duration = watch.signals.duration
    if duration is None:
        return
    slow = alerts_about(watch, "latency")
    whole = [sli for sli in watch.slis if sli.is_latency and sli.events == duration]
    yield Panel(
        "How long requests take",
        told("The middle, and what the slowest twentieth and hundredth see.", *slow),
        time_unit(duration),
        quantiles(duration),
        width=_THIRD,
        steps=tuple(Step(sli.bucket, RED) for sli in whole if sli.bucket is not None),
        links=reading(watch, *slow),
    )
    by = _places(duration)
    if by:
        yield Panel(
            "p95 by route",
            "The slowest twentieth of each route.",
            time_unit(duration),
            (Query(quantile(0.95, duration, by), _legend(by)),),
            width=_THIRD,
        )
    for alert in slow:
        sli = next(sli for sli in watch.slis if sli.name == alert.slo)
        yield Panel(
            f"Slower than {sli.slo.threshold_s:g} s{f': {sli.slo.where}' if sli.slo.where else ''}",
            told(f"The share of requests that take longer, over 5 minutes. {sli.reason}.", alert),
            "percentunit",
            (Query(sli.recorded_ratio("5m"), "too slow"),),
            width=_THIRD,
            steps=bounds((alert,)),
            links=reading(watch, alert),
        )


def _saturation(watch: Watch) -> Iterator[Panel]:
    signals = watch.signals
    full = alerts_about(watch, "saturation")
    of_cpu = [a for a in full if signals.cpu is not None and signals.cpu.name in a.expr]
    of_requests = [alert for alert in full if alert not in of_cpu]
    if signals.in_flight is not None:
        yield Panel(
            "Requests in flight",
            "How many requests each instance works on at once. A rise with steady traffic means "
            "that something it waits for has become slow.",
            "short",
            (Query(signals.in_flight.select(), "__auto"),),
        )
    if signals.cpu is not None:
        yield Panel(
            "Processor time",
            told("Cores that each instance uses.", *of_cpu),
            "suffix: cores",
            (Query(f"rate({signals.cpu.select()}[{WINDOW}])", "__auto"),),
            steps=bounds(of_cpu),
            links=reading(watch, *of_cpu),
        )
    if of_requests and signals.requests is not None:
        yield Panel(
            "Requests against what is promised",
            told("How much room is left below what the service promises to sustain.", *of_requests),
            "reqps",
            (Query(per_second(signals.requests), "requests"),),
            steps=bounds(of_requests),
            links=reading(watch, *of_requests),
        )


def _dependencies(watch: Watch) -> Iterator[Panel]:
    signals, down = watch.signals, alerts_about(watch, "dependency")
    shares = tuple(_failed_shares(watch))
    if shares:
        yield Panel(
            "Failed calls",
            told("The share of calls that fail, by dependency.", *down),
            "percentunit",
            shares,
            width=_THIRD,
            steps=bounds(down),
            links=reading(watch, *down),
        )
    for failures in signals.failures:
        by = (failures.label(DEPENDENCIES) or "",)
        yield Panel(
            "Failed calls a second",
            "Absolute: with few calls, a share says little.",
            "cps",
            (Query(per_second(failures, by), _legend(by)),),
            width=_THIRD,
        )
    for calls in signals.calls:
        by = (calls.label(DEPENDENCIES) or "",)
        yield Panel(
            "How long calls take, p95",
            "The slowest twentieth of the calls to each dependency.",
            time_unit(calls),
            (Query(quantile(0.95, calls, by), _legend(by)),),
            width=_THIRD,
        )
    if signals.readiness is not None:
        yield Panel(
            "Readiness that fails",
            told("The share of readiness probes that fail: a critical dependency is away.", *down),
            "percentunit",
            (Query(failing_share(signals.readiness, signals), "not ready"),),
            width=_THIRD,
            steps=bounds(down),
            links=reading(watch, *down),
        )


def _failed_shares(watch: Watch) -> Iterator[Query]:
    for dependency in watch.dependencies:
        failed = failures_of(watch.signals, dependency)
        calls = calls_of(watch.signals, dependency)
        if failed is not None and calls is not None:
            whole = per_second(calls, suffix="_count")
            share = f"({per_second(failed)} or 0 * {whole}) / {whole}"
            yield Query(share, dependency.name)


def _places(series: Series) -> tuple[str, ...]:
    """The labels that tell one route from another; none where it has none."""
    route, method = series.label(ROUTES), series.label(METHODS)
    return tuple(label for label in (method, route) if label) if route else ()


def _legend(labels: Sequence[str]) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in labels)
