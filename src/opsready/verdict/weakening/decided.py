"""Weaker decisions: objectives, bounds, dependencies, journeys, approvals, assumptions."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from opsready.spec.origin import Basis
from opsready.spec.spec import OperationsSpec, Slo, Spec
from opsready.verdict.weakening.weakening import Kind, Standing, Weakening

GONE = "gone"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def weaker_decisions(before: Standing, after: Standing) -> Iterator[Weakening]:
    """What the spec asks for less than before."""
    old, new = before.spec.operations, after.spec.operations
    found = (
        *_slos(old, new),
        *_bounds(old, new),
        *_lists(old, new),
        *_paging(old, new),
        *_assumptions(before.spec, after.spec),
    )
    for weakening, key in found:
        origin = after.spec.origin(key)
        path, line = (origin.path, origin.line) if origin else ("", 0)
        yield Weakening(
            weakening.kind, weakening.what, weakening.before, weakening.after, path, line
        )


Placed = tuple[Weakening, str]
"""A weakening, and the key of the spec at which it stands now."""


def _pairs(old: Iterable[N], new: Iterable[N]) -> Iterator[tuple[N, N | None]]:
    known = {item.name: item for item in new}
    return ((item, known.get(item.name)) for item in old)


def _slos(old: OperationsSpec, new: OperationsSpec) -> Iterator[Placed]:
    for was, now in _pairs(old.slos, new.slos):
        what, key = f"objective {was.name}", f"slos.{was.name}"
        if now is None:
            yield Weakening(Kind.OBJECTIVE, what, _promise(was), GONE), "slos"
            continue
        if now.objective_percent < was.objective_percent:
            before, after = f"{was.objective_percent:g} %", f"{now.objective_percent:g} %"
            yield Weakening(Kind.OBJECTIVE, what, before, after), f"{key}.objective_percent"
        if now.window_days != was.window_days:
            # Another window is another budget; which way is weaker depends on the failures.
            before, after = f"over {was.window_days} days", f"over {now.window_days} days"
            yield Weakening(Kind.OBJECTIVE, what, before, after), f"{key}.window_days"
        if was.threshold_s and (now.threshold_s or 0) != was.threshold_s:
            yield from _slower(was, now)
        if was.where != now.where:
            before, after = was.where or "every request", now.where or "every request"
            yield Weakening(Kind.OBJECTIVE, what, before, after), f"{key}.where"
        if was.policy and not now.policy:
            yield Weakening(Kind.OBJECTIVE, what, "with a policy", "without one"), f"{key}.policy"


def _slower(was: Slo, now: Slo) -> Iterator[Placed]:
    if now.threshold_s is None or (was.threshold_s or 0) < now.threshold_s:
        after = f"{now.threshold_s:g} s" if now.threshold_s else "no threshold"
        what, key = f"objective {was.name}", f"slos.{was.name}.threshold_s"
        yield Weakening(Kind.OBJECTIVE, what, f"{was.threshold_s:g} s", after), key


def _promise(slo: Slo) -> str:
    return f"{slo.objective_percent:g} % over {slo.window_days} days"


def _bounds(old: OperationsSpec, new: OperationsSpec) -> Iterator[Placed]:
    bounds: tuple[tuple[str, float, float], ...] = (
        ("health.timeout_s", old.health.timeout_s, new.health.timeout_s),
        ("health.startup_s", old.health.startup_s, new.health.startup_s),
        ("runtime.stop_timeout_s", old.runtime.stop_timeout_s, new.runtime.stop_timeout_s),
    )
    for key, was, now in bounds:
        if now > was:
            yield Weakening(Kind.HEALTH, key, f"{was:g} s", f"{now:g} s"), key
    if new.runtime.workers < old.runtime.workers:
        workers = (str(old.runtime.workers), str(new.runtime.workers))
        yield Weakening(Kind.HEALTH, "runtime.workers", *workers), "runtime.workers"
    routes = (
        ("health.readiness", old.health.readiness, new.health.readiness),
        ("health.liveness", old.health.liveness, new.health.liveness),
    )
    for key, path, other in routes:
        if path and not other:
            yield Weakening(Kind.HEALTH, key, path, GONE), key


def _lists(old: OperationsSpec, new: OperationsSpec) -> Iterator[Placed]:
    yield from _less(
        Kind.DEPENDENCY, "dependencies", old.dependencies, new.dependencies,
        lambda known: known.critical, "critical", "not critical",
    )  # fmt: skip
    yield from _less(
        Kind.JOURNEY, "journeys", old.journeys, new.journeys,
        lambda known: known.critical, "critical", "not critical",
    )  # fmt: skip
    yield from _less(
        Kind.CONFIGURATION, "configuration", old.configuration, new.configuration,
        lambda known: known.secret, "secret", "not secret",
    )  # fmt: skip
    yield from _less(
        Kind.APPROVAL, "environments", old.environments, new.environments,
        lambda known: known.approval, "with approval", "without approval",
    )  # fmt: skip
    for was, now in _pairs(old.failure_modes, new.failure_modes):
        if now is None:
            what = f"failure_modes.{was.name}"
            yield Weakening(Kind.FAILURE_MODE, what, "named", GONE), "failure_modes"


def _less(
    kind: Kind,
    section: str,
    old: Iterable[N],
    new: Iterable[N],
    counts: Callable[[N], bool],
    strong: str,
    weak: str,
) -> Iterator[Placed]:
    """Items that counted, and do so no more."""
    for was, now in _pairs(old, new):
        if counts(was) and (now is None or not counts(now)):
            key = f"{section}.{was.name}"
            yield Weakening(kind, key, strong, GONE if now is None else weak), key


def _paging(old: OperationsSpec, new: OperationsSpec) -> Iterator[Placed]:
    if old.paging.provider and not new.paging.provider:
        key = "paging.provider"
        yield Weakening(Kind.PAGING, key, old.paging.provider, GONE), key
    was, now = old.paging.escalation_minutes, new.paging.escalation_minutes
    if now > was:
        key = "paging.escalation_minutes"
        yield Weakening(Kind.PAGING, key, f"{was} minutes", f"{now} minutes"), key


def _assumptions(old: Spec, new: Spec) -> Iterator[Placed]:
    """Values that rested on something and now rest on nothing, and new ones that do."""
    for key, origin in new.assumptions:
        was = old.origins.get(key)
        if was is None or was.basis is not Basis.ASSUMED:
            before = str(was.basis) if was is not None else "not there"
            yield Weakening(Kind.ASSUMPTION, key, before, f"assumed: {origin.why}"), key
