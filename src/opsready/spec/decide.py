"""Facts and a person's word become the spec; the person wins, and every conflict is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from opsready.facts.fact import Facts
from opsready.spec.defaults import DEFAULTS, ENVIRONMENT_KEYS, ENVIRONMENTS, SLOS
from opsready.spec.draft import Steps, Suggestion, assumed, first_of
from opsready.spec.load import BadSpec, Complaint, Stated, StatedValue, allowed
from opsready.spec.origin import Basis, Conflict, Origin
from opsready.spec.sections import (
    configuration,
    dependencies,
    health,
    install,
    journeys,
    objectives,
    own_tests,
    runtime,
    service,
)
from opsready.spec.spec import LISTS_BY_NAME, OperationsSpec, Spec

SECTIONS = (
    *(service, runtime, install, own_tests, health),
    *(dependencies, configuration, journeys, objectives),
)


def decide(facts: Facts, stated: Stated) -> Spec:
    """The spec with an origin for every value. Raises `BadSpec` where it cannot be made whole."""
    inferred = first_of(_suggestions(facts))
    chosen, conflicts = _heard(inferred, stated)
    operations = _built(chosen, stated)
    origins = {".".join(steps): suggestion.origin for steps, suggestion in chosen.items()}
    return Spec(operations, origins, tuple(conflicts))


def _suggestions(facts: Facts) -> Iterable[Suggestion]:
    found = [suggestion for section in SECTIONS for suggestion in section.suggest(facts)]
    named = {suggestion.steps[0] for suggestion in found}
    yield from found
    yield from DEFAULTS
    environments = [s for s in found if s.steps[0] == "environments"] or list(ENVIRONMENTS)
    yield from environments
    for name in dict.fromkeys(suggestion.steps[1] for suggestion in environments):
        for key, (value, why) in ENVIRONMENT_KEYS.items():
            yield assumed(("environments", name, key), value, why)
    yield from () if "slos" in named else SLOS
    yield assumed(("service", "name"), "service", "nothing names the service")


def _heard(
    inferred: Mapping[Steps, Suggestion], stated: Stated
) -> tuple[dict[Steps, Suggestion], list[Conflict]]:
    """What a person wrote replaces what was inferred, leaf by leaf; a list that a person wrote
    is whole, and what the sources would add to it is a conflict."""
    chosen: dict[Steps, Suggestion] = {}
    conflicts: list[Conflict] = []
    for steps, suggestion in inferred.items():
        if _is_unlisted(steps, stated):
            if steps[2] == "name":
                conflicts.append(_left_out(suggestion, stated))
        elif not _is_unlisted(suggestion.needs, stated):
            chosen[steps] = suggestion
    for steps, value in stated.values.items():
        known = chosen.get(steps)
        if known is not None and known.value == value.value and value.marked:
            continue
        if known is not None and known.value != value.value and _speaks(known.origin):
            conflicts.append(_conflict(steps, value, known))
        chosen[steps] = Suggestion(steps, value.value, _by_hand(value))
    return chosen, conflicts


def _is_unlisted(steps: Steps, stated: Stated) -> bool:
    """Whether a person wrote the list that this would be in, without it."""
    known = stated.lists.get(steps[0]) if steps else None
    return known is not None and steps[1] not in known


def _speaks(origin: Origin) -> bool:
    return origin.basis is not Basis.ASSUMED


def _by_hand(value: StatedValue) -> Origin:
    return Origin(Basis.STATED, value.quote, value.path, value.line)


def _conflict(steps: Steps, value: StatedValue, known: Suggestion) -> Conflict:
    return Conflict(".".join(steps), str(value.value), str(known.value), known.origin)


def _left_out(suggestion: Suggestion, stated: Stated) -> Conflict:
    section, name = suggestion.steps[0], suggestion.steps[1]
    key = f"{section}.{name}"
    return Conflict(key, f"not listed in {stated.path}", str(name), suggestion.origin)


def _built(chosen: Mapping[Steps, Suggestion], stated: Stated) -> OperationsSpec:
    try:
        return OperationsSpec.model_validate(nested(chosen))
    except ValidationError as error:
        raise BadSpec(
            [_complaint(problem, nested(chosen), stated) for problem in error.errors()]
        ) from None


def nested(chosen: Mapping[Steps, Suggestion]) -> dict[str, Any]:
    """Sections with plain values; named lists in the order in which their items came."""
    sections: dict[str, Any] = {}
    items: dict[tuple[str, str], dict[str, Any]] = {}
    for steps, suggestion in chosen.items():
        if steps[0] in LISTS_BY_NAME:
            place = (steps[0], steps[1])
            if place not in items:
                items[place] = {}
                sections.setdefault(steps[0], []).append(items[place])
            items[place][steps[2]] = suggestion.value
        else:
            sections.setdefault(steps[0], {})[steps[1]] = suggestion.value
    return sections


def _complaint(problem: Any, sections: Mapping[str, Any], stated: Stated) -> Complaint:
    """Where a person wrote part of the item, the line of that; else the fact's own words."""
    steps = problem["loc"]
    name = None
    if steps[0] in LISTS_BY_NAME and len(steps) > 1:
        name = sections[steps[0]][steps[1]].get("name")
    places = [
        value.line
        for place, value in stated.values.items()
        if place[0] == steps[0] and (name is None or place[1] == name)
    ]
    path = stated.path or "opsready.yaml"
    return Complaint(path, min(places, default=1), allowed(steps, problem))
