"""Unit tests of rules, in promtool's format: which rules they load and which alerts they name."""

import posixpath
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import parse_yaml


@dataclass(frozen=True)
class ExpectedAlert:
    """A question of a test: does this alert fire then. `fires` is False where none is expected."""

    alert: str
    line: int
    fires: bool


@dataclass(frozen=True)
class RuleTests:
    """One test file; `rule_files` are patterns relative to the root of the tree, each with
    its line in `rule_lines`."""

    NOUN: ClassVar[str] = "rule_tests"

    path: str
    rule_files: tuple[str, ...] = ()
    expected: tuple[ExpectedAlert, ...] = ()
    rule_lines: tuple[int, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read which alerts the tests ask for. Raises `Unparsable`."""
        root = parse_yaml(path, text)
        if root is None:
            raise Unparsable(path, 1, "is empty")
        folder = posixpath.dirname(path)
        files = tuple(
            posixpath.normpath(posixpath.join(folder, node.text))
            for node in root.elements("rule_files")
        )
        expected = tuple(
            ExpectedAlert(name, asked.line, bool(asked.elements("exp_alerts")))
            for test in root.elements("tests")
            for asked in test.elements("alert_rule_test")
            if (name := asked.string("alertname"))
        )
        lines = tuple(node.line for node in root.elements("rule_files"))
        return cls(path, files, expected, lines)
