"""Unit tests of rules, in promtool's format: read as far as that goes, with all that promtool
would refuse."""

import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from opsready.alerting.cases import (
    AlertCase,
    ExprCase,
    InputSeries,
    Seen,
    UnitTest,
    UnitTestFile,
)
from opsready.documents.document import Unparsable
from opsready.documents.yaml_fields import Fields
from opsready.documents.yaml_tree import Yaml, parse_yaml
from opsready.promql.literals import setting_ms
from opsready.promql.semantics import DEFAULT, Semantics

_ALERT = Fields(
    "an expected alert",
    {
        "exp_labels": "a mapping of names and texts",
        "exp_annotations": "a mapping of names and texts",
    },
)
_SAMPLE = Fields(
    "an expected sample", {"labels": "a text", "value": "a text", "histogram": "a text"}
)
_TEST = Fields(
    "a test",
    {
        "name": "a text",
        "interval": "a text",
        "input_series": Fields("an input series", {"series": "a text", "values": "a text"}),
        "alert_rule_test": Fields(
            "an alert_rule_test",
            {"eval_time": "a text", "alertname": "a text", "exp_alerts": _ALERT},
        ),
        "promql_expr_test": Fields(
            "a promql_expr_test", {"expr": "a text", "eval_time": "a text", "exp_samples": _SAMPLE}
        ),
        "external_labels": "a mapping of names and texts",
        "external_url": "a text",
        "start_timestamp": "a text",
    },
    since={"start_timestamp": "3.0"},
)
_FILE = Fields(
    "a test file",
    {
        "rule_files": "a list of texts",
        "evaluation_interval": "a text",
        "group_eval_order": "a list of texts",
        "fuzzy_compare": "a text",
        "tests": _TEST,
    },
    since={"fuzzy_compare": "3.0"},
)
_SPECIAL = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TRUE = frozenset({"true", "yes", "on", "y"})
_DEFAULT_MS = 60_000


@dataclass(frozen=True)
class RuleTests(UnitTestFile):
    """One test file, with the line of each of its `rule_files`. `faults` are its values that are
    none; what else promtool refuses, `refused_by` finds in `root`."""

    NOUN: ClassVar[str] = "rule_tests"

    rule_lines: tuple[int, ...] = ()
    faults: tuple[Unparsable, ...] = ()
    root: Yaml | None = None

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read all tests of a file; an empty one has none. Raises `Unparsable` for no YAML."""
        root = parse_yaml(path, text)
        if root is None:
            return cls(path)
        reading = _Reading(path)
        tests = tuple(
            reading.test(node, place) for place, node in enumerate(root.elements("tests"))
        )
        return cls(
            path,
            tuple(node.text for node in root.elements("rule_files")),
            reading.ms(root, "evaluation_interval") or _DEFAULT_MS,
            reading.order(root),
            (root.string("fuzzy_compare") or "").lower() in _TRUE,
            tests,
            tuple(node.line for node in root.elements("rule_files")),
            tuple(reading.faults),
            root,
        )

    @property
    def patterns(self) -> tuple[str, ...]:
        """The rule files as patterns relative to the root of the tree."""
        folder = posixpath.dirname(self.path)
        return tuple(posixpath.normpath(posixpath.join(folder, each)) for each in self.rule_files)

    @property
    def asked(self) -> Iterator[AlertCase]:
        """Every question whether an alert fires."""
        return (case for test in self.tests for case in test.alerts)

    def refused_by(self, semantics: Semantics = DEFAULT) -> list[Unparsable]:
        """Why the promtool of a version would not run it, in the order of lines."""
        known = _FILE.faults(self.path, self.root, semantics.version) if self.root else ()
        return sorted([*known, *self.faults], key=lambda fault: fault.line)


class _Reading:
    """The values of a file, and the faults among them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Unparsable] = []

    def order(self, root: Yaml) -> tuple[str, ...]:
        names = tuple(node.text for node in root.elements("group_eval_order"))
        for place, name in enumerate(names):
            if name in names[:place]:
                self._refuse(root, "group_eval_order", f"`group_eval_order` names `{name}` twice")
        return names

    def test(self, node: Yaml, place: int) -> UnitTest:
        return UnitTest(
            node.string("name") or f"unnamed#{place}",
            node.line,
            self.ms(node, "interval"),
            tuple(map(_series, node.elements("input_series"))),
            tuple(self._alert(one) for one in node.elements("alert_rule_test")),
            tuple(self._expr(one) for one in node.elements("promql_expr_test")),
            _texts(node, "external_labels"),
            node.string("external_url") or "",
            self._start_ms(node),
        )

    def _alert(self, node: Yaml) -> AlertCase:
        name = node.string("alertname") or ""
        if not name:
            why = "an alert_rule_test has no `alertname`"
            self.faults.append(Unparsable(self.path, node.line, why))
        expected = tuple(
            Seen({**_texts(one, "exp_labels"), "alertname": name}, _texts(one, "exp_annotations"))
            for one in node.elements("exp_alerts")
        )
        return AlertCase(name, self.ms(node, "eval_time"), expected, node.line)

    def _expr(self, node: Yaml) -> ExprCase:
        expected = []
        for one in node.elements("exp_samples"):
            if one.string("histogram"):
                why = "`histogram`: native histograms are not evaluated here"
                self._refuse(one, "histogram", why)
            expected.append((one.string("labels") or "", self._number(one)))
        at_ms = self.ms(node, "eval_time")
        return ExprCase(node.string("expr") or "", at_ms, tuple(expected), node.line)

    def ms(self, node: Yaml, key: str) -> int:
        text = node.string(key)
        if text is None:
            return 0
        try:
            return setting_ms(text)
        except ValueError as error:
            self._refuse(node, key, f"`{key}: {text}` is no duration: {error}")
            return 0

    def _number(self, node: Yaml) -> float:
        below = node.get("value")
        if below is None or below.value is None:
            return 0.0
        try:
            return _SPECIAL[below.text] if below.text in _SPECIAL else _number(below)
        except ValueError:
            why = f"`value: {below.text}` is no number (`.nan` and `.inf` are)"
            self._refuse(node, "value", why)
            return math.nan

    def _start_ms(self, node: Yaml) -> int:
        text = node.string("start_timestamp")
        if text is None:
            return 0
        try:
            if re.fullmatch(r"-?[0-9.]+", text):
                return round(float(text) * 1000)
            at = datetime.fromisoformat(text)
            return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
        except ValueError:
            why = f"`start_timestamp: {text}` is no time: 2026-01-31T12:00:00Z, or seconds"
            self._refuse(node, "start_timestamp", why)
            return 0

    def _refuse(self, node: Yaml, key: str, why: str) -> None:
        self.faults.append(Unparsable(self.path, node.key_line(key), why))


def _series(node: Yaml) -> InputSeries:
    return InputSeries(node.string("series") or "", node.string("values") or "", node.line)


def _texts(node: Yaml, key: str) -> dict[str, str]:
    return {name: node.string(key, name) or "" for name, _ in node.items(key)}


def _number(node: Yaml) -> float:
    """As Go's YAML has numbers. Raises ValueError."""
    text = node.text.replace("_", "")
    if not node.quoted and _INTEGER.fullmatch(text):
        return float(int(text, 0 if text.lstrip("+-")[1].isalpha() else 8))
    if node.quoted or not _FLOAT.fullmatch(text) or math.isinf(float(text)):
        raise ValueError(text)
    return float(text)
