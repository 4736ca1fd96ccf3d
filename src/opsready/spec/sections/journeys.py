"""What users do, as requests that a machine can play."""

from collections.abc import Iterator, Mapping
from typing import Any

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows, said
from opsready.spec.sections import dependencies

# An answer from here on is the failure that a scenario is about (RFC 9110: client error).
ERROR_STATUS = 400

_CALLED = {
    "postgresql": ("database", "db", "postgres"),
    "mysql": ("database", "db", "mariadb"),
    "redis": ("cache",),
    "memcached": ("cache",),
    "rabbitmq": ("queue", "broker"),
    "kafka": ("broker",),
}


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Each scenario that names a request."""
    names = _names(facts)
    for fact in facts.of(Claim.JOURNEY):
        steps = [step for request in _requests(fact) if (step := _step(request, names))]
        if not steps:
            continue
        name = str(fact["scenario"] or fact["name"])
        place = ("journeys", name)
        fails = (steps[-1].get("expects") or 0) >= ERROR_STATUS
        yield said((*place, "name"), name, fact)
        yield said((*place, "steps"), steps, fact)
        why = "its last answer is an error" if fails else "its last answer is no error"
        yield follows((*place, "fails"), fails, fact, why)
        why = "error scenarios are no journey of their own" if fails else "a scenario of the spec"
        yield follows((*place, "critical"), not fails, fact, why)


def _requests(fact: Fact) -> list[Mapping[str, Any]]:
    listed = fact["steps"]
    return list(listed) if listed else [fact.value] if isinstance(fact.value, Mapping) else []


def _names(facts: Facts) -> dict[str, str]:
    """What scenarios call a dependency, by its kind or its part, to its name in the spec."""
    names: dict[str, str] = {}
    for dependency in dependencies.known_dependencies(facts):
        for word in (dependency.kind, *_CALLED.get(dependency.kind, ())):
            names.setdefault(word, dependency.name)
    return names


def _step(request: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any] | None:
    """A request with method and path; None where the text leaves either open."""
    if not request.get("method") or not request.get("path"):
        return None
    step = {"method": str(request["method"]).upper(), "path": str(request["path"])}
    for key in ("headers", "json", "expects"):
        if request.get(key) is not None:
            step[key] = request[key]
    down = [names.get(name, name) for name in request.get("down") or ()]
    answers = {names.get(n, n): status for n, status in (request.get("answers") or {}).items()}
    return step | ({"down": down} if down else {}) | ({"answers": answers} if answers else {})
