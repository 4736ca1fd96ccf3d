"""Keeps the values of secrets out of everything that is shown or stored."""

import re
from collections.abc import Iterable
from typing import Any

MASK = "***"
# Shorter values ("1", "dev") are words of ordinary text; masking them would hide the text.
_SHORTEST = 6
_SHAPES = (
    re.compile(r"(?P<keep>://[^:/@\s]*:)[^@/\s]+(?=@)"),
    re.compile(
        r"(?P<keep>(?i:password|passwd|secret|token|api[_-]?key|authorization)"
        r"[\"']?\s*[=:]\s*[\"']?)(?!\*\*\*)[^\s\"',;&]{4,}"
    ),
    re.compile(r"(?P<keep>)\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"(?P<keep>)\bgh[pousr]_[A-Za-z0-9]{20,}\b"),
    re.compile(r"(?P<keep>)-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END[^-]*-----|\Z)"),
)


class Secrets:
    """The values that are known to be secret, and the shapes that give unknown ones away."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = sorted({v for v in values if len(v) >= _SHORTEST}, key=len, reverse=True)

    def with_values(self, values: Iterable[str]) -> "Secrets":
        """The same, knowing more."""
        return Secrets([*self._values, *values])

    def hidden_in(self, text: str) -> str:
        """The text with every secret replaced."""
        for value in self._values:
            text = text.replace(value, MASK)
        for shape in _SHAPES:
            text = shape.sub(rf"\g<keep>{MASK}", text)
        return text

    def hidden_in_json(self, value: Any) -> Any:
        """The same for every string of a JSON value, keys included."""
        if isinstance(value, str):
            return self.hidden_in(value)
        if isinstance(value, dict):
            return {self.hidden_in(str(k)): self.hidden_in_json(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden_in_json(item) for item in value]
        return value
