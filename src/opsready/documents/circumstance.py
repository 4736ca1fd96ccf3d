"""What a step says about the parts around a service: down, up, or answering a status."""

import re
from dataclasses import dataclass

_LIST = r"(?P<names>[\w`\"' ,.-]+?)"
_DOWN = r"down|unavailable|unreachable|offline|stopped|not (?:available|reachable|running|up)"
_UP = r"up|available|reachable|online|running|healthy|back(?: up)?|restored|started(?: again)?"
_STATE = re.compile(
    rf"^(?:the )?{_LIST} (?:is|are|goes|go|comes|come|becomes|was|were) "
    rf"(?:(?P<down>{_DOWN})|(?P<up>{_UP}))(?: again)?$",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    rf"^(?:the )?{_LIST} (?:answers?|responds?(?: with)?|returns?|replies with) "
    r"(?:the )?(?:status |HTTP )?(?P<status>[1-5]\d\d)$",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True)
class Circumstance:
    """`name` as written, in small letters. `status` is what the part answers from now on; None
    where it answers as it pleases."""

    name: str
    is_up: bool
    status: int | None = None


def circumstances_in(text: str) -> list[Circumstance]:
    """All of a step, none where it speaks of anything else as well."""
    state = _STATE.match(text.strip().rstrip("."))
    if state is not None:
        return [Circumstance(name, state["down"] is None) for name in _names(state["names"])]
    answers = _ANSWERS.match(text.strip().rstrip("."))
    if answers is not None:
        return [Circumstance(n, True, int(answers["status"])) for n in _names(answers["names"])]
    return []


def _names(text: str) -> list[str]:
    """Article, quotes and the word "service" are no part of a name."""
    bare = (re.sub(r"[`\"']", "", word).strip().lower() for word in _SPLIT.split(text))
    words = (re.sub(r"^(the|our) | (service|server|api)$", "", word) for word in bare)
    return [word for word in words if word]
