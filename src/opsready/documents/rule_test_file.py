"""A file of rule tests in promtool's format, read strictly as promtool reads it."""

import math
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from opsready.alerting.cases import (
    AlertCase,
    ExprCase,
    InputSeries,
    Seen,
    UnitTest,
    UnitTestFile,
)
from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml
from opsready.promql.literals import setting_ms

_FILE = {"rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests"}
_TEST = {"name", "interval", "input_series", "alert_rule_test", "promql_expr_test"} | {
    "external_labels",
    "external_url",
    "start_timestamp",
}
_SPECIAL = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
_TRUE = frozenset({"true", "yes", "on", "y"})
_DEFAULT_MS = 60_000


def read_test_file(path: str, text: str) -> UnitTestFile:
    """All tests of a file. Raises `Unparsable` with line and reason."""
    root = parse_yaml(path, text)
    if root is None:
        raise Unparsable(path, 1, "is empty")
    return _Reading(path).file(root)


class _Reading:
    def __init__(self, path: str) -> None:
        self.path = path

    def file(self, root: Yaml) -> UnitTestFile:
        self._known(root, _FILE, "a test file")
        order = tuple(self._texts(root, "group_eval_order"))
        for place, name in enumerate(order):
            if name in order[:place]:
                why = f"`group_eval_order` names `{name}` twice"
                raise self._fault(root, "group_eval_order", why)
        return UnitTestFile(
            self.path,
            tuple(self._texts(root, "rule_files")),
            self._ms(root, "evaluation_interval") or _DEFAULT_MS,
            order,
            (root.string("fuzzy_compare") or "").lower() in _TRUE,
            tuple(
                self._test(node, place)
                for place, node in enumerate(self._elements(root, "tests", "tests"))
            ),
        )

    def _test(self, node: Yaml, place: int) -> UnitTest:
        self._known(node, _TEST, "a test")
        return UnitTest(
            node.string("name") or f"unnamed#{place}",
            node.line,
            self._ms(node, "interval"),
            tuple(self._series(one) for one in self._elements(node, "input_series", "series")),
            tuple(self._alert(one) for one in self._elements(node, "alert_rule_test", "cases")),
            tuple(self._expr(one) for one in self._elements(node, "promql_expr_test", "cases")),
            self._map(node, "external_labels"),
            node.string("external_url") or "",
            self._start_ms(node),
        )

    def _series(self, node: Yaml) -> InputSeries:
        self._known(node, {"series", "values"}, "an input series")
        return InputSeries(node.string("series") or "", node.string("values") or "", node.line)

    def _alert(self, node: Yaml) -> AlertCase:
        self._known(node, {"eval_time", "alertname", "exp_alerts"}, "an alert_rule_test")
        name = node.string("alertname")
        if not name:
            raise Unparsable(self.path, node.line, "an alert_rule_test has no `alertname`")
        expected = []
        for one in self._elements(node, "exp_alerts", "alerts"):
            self._known(one, {"exp_labels", "exp_annotations"}, "an expected alert")
            labels = {**self._map(one, "exp_labels"), "alertname": name}
            expected.append(Seen(labels, self._map(one, "exp_annotations")))
        return AlertCase(name, self._ms(node, "eval_time"), tuple(expected), node.line)

    def _expr(self, node: Yaml) -> ExprCase:
        self._known(node, {"expr", "eval_time", "exp_samples"}, "a promql_expr_test")
        expected = []
        for one in self._elements(node, "exp_samples", "samples"):
            self._known(one, {"labels", "value", "histogram"}, "an expected sample")
            if one.string("histogram"):
                why = "`histogram`: native histograms are not evaluated here"
                raise self._fault(one, "histogram", why)
            expected.append((one.string("labels") or "", self._number(one)))
        at_ms = self._ms(node, "eval_time")
        return ExprCase(node.string("expr") or "", at_ms, tuple(expected), node.line)

    # Values

    def _known(self, node: Yaml, names: Collection[str], what: str) -> None:
        if not node.is_mapping:
            raise Unparsable(self.path, node.line, f"{what} is a mapping of names and values")
        seen: set[str] = set()
        for key in node.keys:
            if key.text not in names:
                allowed = ", ".join(sorted(names))
                why = f"{what} has no field `{key.text}`; it has {allowed}"
                raise Unparsable(self.path, key.line, why)
            if key.text in seen:
                raise Unparsable(self.path, key.line, f"`{key.text}` stands here twice")
            seen.add(key.text)

    def _elements(self, node: Yaml, key: str, what: str) -> Iterator[Yaml]:
        below = node.get(key)
        if below is None or below.value is None:
            return
        if not below.is_sequence:
            raise self._fault(node, key, f"`{key}` is a list of {what}")
        yield from below.elements()

    def _texts(self, node: Yaml, key: str) -> Iterator[str]:
        return (one.text for one in self._elements(node, key, "texts"))

    def _map(self, node: Yaml, key: str) -> dict[str, str]:
        below = node.get(key)
        if below is None or below.value is None:
            return {}
        if not below.is_mapping:
            raise self._fault(node, key, f"`{key}` is a mapping of names and texts")
        for name, value in below.items():
            if value.is_mapping or value.is_sequence:
                raise Unparsable(self.path, value.line, f"`{key}.{name}` is no text")
        return {name: value.text for name, value in below.items()}

    def _ms(self, node: Yaml, key: str) -> int:
        text = node.string(key)
        if text is None:
            return 0
        try:
            return setting_ms(text)
        except ValueError as error:
            why = f"`{key}: {text}` is no duration: {error}"
            raise self._fault(node, key, why) from None

    def _number(self, node: Yaml) -> float:
        text = (node.string("value") or "0").lower()
        try:
            return _SPECIAL[text] if text in _SPECIAL else _float(text)
        except ValueError:
            why = f"`value: {node.string('value')}` is no number (`.nan` and `.inf` are)"
            raise self._fault(node, "value", why) from None

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
            raise self._fault(node, "start_timestamp", why) from None

    def _fault(self, node: Yaml, key: str, why: str) -> Unparsable:
        return Unparsable(self.path, node.key_line(key), why)


def _float(text: str) -> float:
    """As YAML has numbers: no `nan` or `inf` without a dot."""
    if not re.match(r"[-+]?[.0-9]", text):
        raise ValueError(text)
    if re.fullmatch(r"[-+]?0x[0-9a-f_]+", text):
        return float(int(text.replace("_", ""), 16))
    return float(text.replace("_", ""))
