"""Plays a journey: its requests in order, with what earlier answers gave filled in."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from opsready.rehearsal.stage.answer import Answer, Asked, Fate, Request
from opsready.spec.spec import Journey, Step

_NAME = re.compile(r"\{(\w+)\}")
_ERROR = 400


@dataclass(frozen=True)
class Played:
    """One request of a journey and what came of it; `answer` is None where it could not be made,
    for the reason `why`."""

    journey: str
    step: Step
    answer: Answer | None
    why: str = ""

    @property
    def is_as_expected(self) -> bool:
        """Whether the answer has the status that the journey says; where it says none, any answer
        that is no error of the server, and any at all while something is down."""
        if self.answer is None or self.answer.fate is not Fate.ANSWERED:
            return False
        if self.step.expects is not None:
            return self.answer.status == self.step.expects
        return self.answer.status < 500 or bool(self.step.down or self.step.answers)

    @property
    def is_error(self) -> bool:
        """Whether the service answered, and answered an error."""
        return self.answer is not None and self.answer.status >= _ERROR

    def __str__(self) -> str:
        expected = f", expected {self.step.expects}" if self.step.expects else ""
        said = self.answer.said if self.answer else f"not made: {self.why}"
        return f"{self.step.method} {self.step.path}: {said}{expected}"


def _arranges_nothing(step: Step) -> str:
    around = ", ".join([*step.down, *step.answers])
    return f"it presupposes something of {around}" if around else ""


def play(
    service: Asked,
    journey: Journey,
    timeout_s: float,
    arrange: Callable[[Step], str] = _arranges_nothing,
) -> Iterator[Played]:
    """Each step's outcome. After a step that could not be made or got no answer, none follows.
    `arrange` brings about what a step presupposes, or says why it cannot."""
    given: dict[str, str] = {}
    for step in journey.steps:
        why = arrange(step)
        if why:
            yield Played(journey.name, step, None, why)
            return
        request = _request(step, given)
        if request is None:
            missing = ", ".join(sorted(_missing(step, given)))
            yield Played(journey.name, step, None, f"no earlier answer gave {missing}")
            return
        answer = service.ask(request, timeout_s)
        yield Played(journey.name, step, answer)
        if answer.fate is not Fate.ANSWERED:
            return
        given |= _gives(answer.body)


def _request(step: Step, given: dict[str, str]) -> Request | None:
    if _missing(step, given):
        return None
    body = _filled(step.json_body, given) if step.json_body is not None else None
    headers = {name: _filled(value, given) for name, value in step.headers.items()}
    return Request(step.method, _filled(step.path, given), headers, body)


def _missing(step: Step, given: dict[str, str]) -> set[str]:
    """Only a path must be whole: a body is JSON and full of braces."""
    return {name for name in _NAME.findall(step.path) if _value(name, given) is None}


def _filled(text: str, given: dict[str, str]) -> str:
    return _NAME.sub(lambda found: _value(found[1], given) or found[0], text)


def _value(name: str, given: dict[str, str]) -> str | None:
    """`{order_id}` is what an answer called so, else what it called `id`: both are usual."""
    ending = name.rpartition("_")[2]
    return given.get(name, given.get(ending) if ending in {"id", "uuid", "key", "slug"} else None)


def _gives(body: bytes) -> dict[str, str]:
    """Every scalar of a JSON answer by its own name; of two the one nearer to the root."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, str] = {}
    level: list[Any] = [answer]
    while level:
        deeper: list[Any] = []
        for value in level:
            items = value.items() if isinstance(value, dict) else ()
            for name, child in items:
                if isinstance(child, str | int) and not isinstance(child, bool):
                    found.setdefault(str(name), str(child))
            deeper += [c for _, c in items] if items else value if isinstance(value, list) else []
        level = deeper
    return found
