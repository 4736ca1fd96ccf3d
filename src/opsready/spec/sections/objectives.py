"""Promises to users, and what will break them one night."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.defaults import SLO_KEYS
from opsready.spec.draft import Suggestion, assumed, follows, said
from opsready.spec.sections import dependencies
from opsready.spec.sections.service import slug

_KINDS = ("availability", "latency", "error_rate")


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """SLOs from the documents' objectives, failure modes from the dependencies."""
    policy = facts.first(Claim.BUDGET_POLICY)
    for fact in facts.of(Claim.OBJECTIVE):
        if fact["kind"] in _KINDS:
            yield from _slo(fact, policy)
    yield from _failure_modes(facts)


def _slo(fact: Fact, policy: Fact | None) -> Iterator[Suggestion]:
    percent = objective_percent(fact)
    if percent is None:
        return
    kind, where = str(fact["kind"]), fact["where"]
    named = slug(str(fact["name"] or f"{kind} {where}"))
    name = named if where or fact["name"] else kind.replace("_", "-")
    place = ("slos", name)
    yield said((*place, "name"), name, fact)
    yield said((*place, "kind"), kind, fact)
    yield said((*place, "objective_percent"), percent, fact)
    if where:
        yield said((*place, "where"), str(where), fact)
    if kind == "latency" and fact["threshold_s"] is not None:
        yield said((*place, "threshold_s"), fact["threshold_s"], fact)
    if isinstance(fact["window_days"], int):
        yield said((*place, "window_days"), fact["window_days"], fact)
    if policy is not None:
        yield said((*place, "policy"), str(policy.value), policy)
    for key, (value, why) in SLO_KEYS.items():
        yield assumed((*place, key), value, why)


def objective_percent(fact: Fact) -> float | None:
    """The share of good events: an error rate of 1 % is 99 %, a p95 is 95 %."""
    value: Any = fact["percent"]
    if not isinstance(value, int | float):
        return None
    percent = 100 - value if fact["kind"] == "error_rate" else value
    return round(float(percent), 9) if 0 < percent < 100 else None


def _failure_modes(facts: Facts) -> Iterator[Suggestion]:
    for dependency in dependencies.known_dependencies(facts):
        needs = ("dependencies", dependency.name)
        yield from (replace(each, needs=needs) for each in _outage(dependency))
    started = facts.first(Claim.START_COMMAND)
    if started is not None:
        place = ("failure_modes", "a bad release")
        yield follows((*place, "name"), place[1], started, "every service is released")
        yield follows((*place, "cause"), "a new version does not become ready", started, "as above")


def _outage(dependency: dependencies.KnownDependency) -> Iterator[Suggestion]:
    first = dependency.facts[0]
    place = ("failure_modes", f"{dependency.name} is down")
    yield follows((*place, "name"), place[1], first, f"the service talks to {dependency.name}")
    yield follows((*place, "cause"), f"{dependency.name} does not answer", first, first.quote)
    for fact in dependency.prose:
        if fact["when_down"]:
            yield said((*place, "effect"), str(fact["when_down"]), fact)
