"""Series for made histories: what a service would show while this or that is wrong with it."""

from collections.abc import Sequence
from fractions import Fraction

from opsready.hats.sre.made_history import counter, gauge
from opsready.hats.sre.signals import DEPENDENCIES, ROUTES, Series
from opsready.hats.sre.sli import Sli
from opsready.hats.sre.watch import Watch
from opsready.promql import parse
from opsready.promql.literals import quote
from opsready.promql.nodes import Selector

# Ten requests a second: a share of one per cent is a whole number of them in each step.
PER_SECOND = 10

Made = dict[str, str]
"""Values in promtool's notation, by their series."""


def example(series: Series, *, suffix: str = "", **labels: str) -> str:
    """One series that the selector picks, with these labels beside those that it asks for."""
    selector = parse(series.select(suffix=suffix))
    matchers = selector.matchers if isinstance(selector, Selector) else ()
    told = {m.label: m.value for m in matchers if m.op == "="}
    route = series.label(ROUTES)
    if route is not None and route not in told:
        shown = (*series.values.get(route, ()), "/", "users")
        passes = [m for m in matchers if m.label == route]
        told[route] = next(v for v in shown if all(m.matches(v) for m in passes))
    written = ", ".join(f"{name}={quote(value)}" for name, value in (told | labels).items())
    return f"{series.name}{suffix}{{{written}}}"


def requests(
    watch: Watch, sli: Sli, share: Fraction, steps: tuple[int, int, int], step_s: int
) -> Made:
    """Requests of which a share is bad for the second of these numbers of steps."""
    all_of = PER_SECOND * step_s
    bad = share * all_of
    before, during, after = steps
    good = counter((before, all_of), (during, all_of - bad), (after, all_of))
    if sli.bucket is not None:
        # As Python's client writes it.
        bound = f"{sli.bucket:g}" if sli.bucket % 1 else f"{sli.bucket:.1f}"
        return {
            example(sli.events, suffix="_bucket", le=bound): good,
            example(sli.events, suffix="_count"): counter((sum(steps), all_of)),
        }
    status = watch.signals.status or "status"
    return {
        example(sli.events, **{status: "200"}): good,
        example(sli.events, **{status: "503"}): counter((before, 0), (during, bad), (after, 0)),
    }


def up(watch: Watch, *parts: tuple[int, int]) -> Made:
    """Whether an instance answers the collector."""
    return {example(watch.signals.up, instance="127.0.0.1:8000"): gauge(*parts)}


def failing_probes(watch: Watch, steps: int, step_s: int) -> Made:
    """Failed answers to machines, which are in no objective. Those of the readiness route may
    tell of a dependency, and are left well."""
    counted, status = watch.signals.requests, watch.signals.status
    route = counted.label(ROUTES) if counted else None
    ready = watch.signals.readiness.matchers[-1] if watch.signals.readiness else ""
    names = [n for n in watch.signals.machines if f"{route}={quote(n)}" != ready]
    if counted is None or status is None or route is None or not names:
        return {}
    made = example(counted, **{route: names[-1], status: "503"})
    return {made: counter((steps, PER_SECOND * step_s))}


def failures_of_others(watch: Watch, steps: int, step_s: int) -> Made:
    """Failed calls to each dependency of which nobody is told."""
    watched = {alert.dependency for alert in watch.alerts}
    others = [d.name for d in watch.dependencies if d.name not in watched]
    found: Made = {}
    for failures in watch.signals.failures:
        label = failures.label(DEPENDENCIES)
        for name in others if label is not None else ():
            made = example(failures, **{str(label): name})
            found[made] = counter((steps, PER_SECOND * step_s))
    return found


def calls(
    failed: Series, whole: Series, share: Fraction, steps: tuple[int, int], step_s: int
) -> Made:
    """Calls of which a share fails for the second of these numbers of steps."""
    all_of = PER_SECOND * step_s
    suffix = "_count" if whole.kind == "histogram" else ""
    return {
        example(whole, suffix=suffix): counter((sum(steps), all_of)),
        example(failed): counter((steps[0], 0), (steps[1], share * all_of)),
    }


def statuses(
    series: Series, status: str, share: Fraction, steps: tuple[int, int], step_s: int
) -> Made:
    """Answers of one route, of which a share is a failure for the second number of steps."""
    all_of = PER_SECOND * step_s
    before, during = steps
    return {
        example(series, **{status: "200"}): counter(
            (before, all_of), (during, (1 - share) * all_of)
        ),
        example(series, **{status: "503"}): counter((before, 0), (during, share * all_of)),
    }


def rising(series: Series, parts: Sequence[tuple[int, Fraction]], status: str | None) -> Made:
    """A counter that grows by so much in each step."""
    labels = {status: "200"} if status and status in series.labels else {}
    return {example(series, **labels): counter(*parts)}
