"""Tests of a routing: who is told of an alert, while others fire, at a moment.

No tool has a format for this (amtool takes one set of labels a call, and knows neither inhibition
nor time), so it is ours; the page of the probe `routing_reaches_receiver` describes it.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml


@dataclass(frozen=True)
class RoutingTest:
    """One case. `receivers` are all who are told, nobody where it is empty; `firing` are the
    labels of what else fires; `at` is None where time does not matter."""

    name: str
    line: int
    alert: Mapping[str, str]
    receivers: tuple[str, ...]
    firing: tuple[Mapping[str, str], ...] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class RoutingTests:
    """One file. `routing` are paths of configurations, relative to the root of the tree; each
    must pass every test."""

    NOUN: ClassVar[str] = "routing_tests"

    path: str
    routing: tuple[str, ...] = ()
    tests: tuple[RoutingTest, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read all tests. Raises `Unparsable` for one that asks for nothing."""
        root = parse_yaml(path, text)
        if root is None:
            raise Unparsable(path, 1, "is empty")
        folder = posixpath.dirname(path)
        routing = tuple(
            posixpath.normpath(posixpath.join(folder, node.text))
            for node in root.elements("routing")
        )
        return cls(path, routing, tuple(_tests(path, root)))


def _tests(path: str, root: Yaml) -> Iterator[RoutingTest]:
    for number, node in enumerate(root.elements("tests"), 1):
        expected = node.get("receivers")
        if not node.items("alert") or expected is None or not expected.is_sequence:
            why = "a test needs the labels of an `alert`, and its `receivers`, which may be []"
            raise Unparsable(path, node.line, why)
        yield RoutingTest(
            node.string("name") or f"test {number}",
            node.line,
            _labels(node.get("alert")),
            tuple(each.text for each in expected.elements()),
            tuple(_labels(other) for other in node.elements("while")),
            _moment(path, node),
        )


def _labels(node: Yaml | None) -> dict[str, str]:
    return {name: value.text for name, value in node.items()} if node is not None else {}


def _moment(path: str, node: Yaml) -> datetime | None:
    """Without a zone it is UTC, as a time interval without a location is."""
    text = node.string("at")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unparsable(path, node.key_line("at"), f"`at: {text}` is no moment") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
