"""What the mappings of a strict YAML format may hold, as data: whoever reads a text leniently holds
it against that, and has every fault with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml

Holds = Literal["a text", "a list of texts", "a mapping of names and texts"]


@dataclass(frozen=True)
class Fields:
    """What a mapping is called, and what each of its fields holds: a list of mappings where that
    is given by `Fields` again. `since` are versions before which a field is unknown."""

    called: str
    known: Mapping[str, "Holds | Fields"]
    since: Mapping[str, str] = field(default_factory=dict)

    def faults(self, path: str, node: Yaml, version: str) -> Iterator[Unparsable]:
        """Why a version refuses the mapping; nothing at all is an empty one."""
        if node.value is None:
            return
        if not node.is_mapping:
            yield Unparsable(path, node.line, f"{self.called} is a mapping of names and values")
            return
        yield from _twice(path, node)
        for key in node.keys:
            holds, since = self.known.get(key.text), self.since.get(key.text, version)
            if holds is None:
                allowed = ", ".join(sorted(self.known))
                why = f"{self.called} has no field `{key.text}`; it has {allowed}"
                yield Unparsable(path, key.line, why)
            elif _number(since) > _number(version):
                why = f"{self.called} has no field `{key.text}` before Prometheus {since}"
                yield Unparsable(path, key.line, why)
        for name, below in node.items():
            holds = self.known.get(name)
            if holds is not None and below.value is not None:
                yield from _faults_below(path, node.key_line(name), name, below, holds, version)


def _faults_below(
    path: str, line: int, name: str, below: Yaml, holds: "Holds | Fields", version: str
) -> Iterator[Unparsable]:
    if isinstance(holds, Fields):
        if not below.is_sequence:
            yield Unparsable(path, line, f"`{name}` is a list, each of which is {holds.called}")
        for each in below.elements():
            yield from holds.faults(path, each, version)
        return
    fits = {"a text": _is_text(below), "a list of texts": below.is_sequence}
    if not fits.get(holds, below.is_mapping):
        yield Unparsable(path, line, f"`{name}` is {holds}")
        return
    for each in below.children:
        if not _is_text(each):
            yield Unparsable(path, each.line, f"`{name}` is {holds}")
    yield from _twice(path, below)


def _is_text(node: Yaml) -> bool:
    return not node.is_mapping and not node.is_sequence


def _twice(path: str, node: Yaml) -> Iterator[Unparsable]:
    seen: set[str] = set()
    for key in node.keys:
        if key.text in seen:
            yield Unparsable(path, key.line, f"`{key.text}` stands here twice")
        seen.add(key.text)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
