"""Fills `{postgresql}`, `{redis.port}`, `{port}` and the like into what a spec gives."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsready.rehearsal.stage.backing import Backing

_PLACEHOLDER = re.compile(r"\{(?P<name>[A-Za-z][\w-]*)(?:\.(?P<part>\w+))?\}")


@dataclass(frozen=True)
class Placeholders:
    """`parts` maps a name to its parts; a name alone means its `url`.

    A name that is not known is left as it stands: JSON and ini files are full of braces.
    """

    parts: Mapping[str, Mapping[str, str]]

    def filled(self, text: str) -> str:
        """The text with every known placeholder replaced."""
        return _PLACEHOLDER.sub(self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        known = self.parts.get(found["name"], {})
        return known.get(found["part"] or "url", found.group())


def placeholders(backings: Iterable[Backing], port: int, scratch: str) -> Placeholders:
    """Each backing by its name and, for the first of a kind, by its kind; our port; a folder for
    what the service wants to write."""
    parts: dict[str, Mapping[str, str]] = {"port": {"url": str(port)}, "scratch": {"url": scratch}}
    for backing in backings:
        parts.setdefault(backing.kind, backing.address)
        parts[backing.name] = backing.address
    return Placeholders(parts)
