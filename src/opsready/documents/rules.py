"""Prometheus rules, of a plain file or of PrometheusRule objects among other documents.

Loki's rule files have the same shape; their LogQL does not parse as PromQL, which the expression
says. What Prometheus refuses in a rule is a fault of the file; the rest is read all the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from opsready.backtest.severity import pages, severity_of
from opsready.documents.document import Unparsable
from opsready.documents.expression import Expression, constant, output_labels
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents
from opsready.promql.literals import setting_ms
from opsready.promql.nodes import Matcher, Selector

_RUNBOOKS = re.compile(r"^(runbook|playbook|sop)(_?(url|link|path|uri))?$|^(run|play)book", re.I)
_ALWAYS = re.compile(r"watch_?dog|dead_?man|heart_?beat|always_?firing|snitch", re.IGNORECASE)
# Labels that Prometheus itself adds to every alert, by its `external_labels`: not in the rules.
_OF_THE_SERVER = re.compile(
    r"^(cluster|env\w*|region|zone|dc|datacenter|site|tenant|account|project|stage|replica"
    r"|prometheus\w*|monitor|namespace)$"
)
_DASHBOARDS = re.compile(r"^(?:__)?(?:grafana_?)?dash(?:board)?(?:_?(?:url|link|path))?$", re.I)
_BLOCK_SCALAR = re.compile(r":\s*[|>][+-]?\d*\s*(#.*)?$")
_TEMPLATE = re.compile(r"\{\{-?\s*(\.|if|range|include|with|end|template|define)\b|\{\{-?\s*\.")


@dataclass(frozen=True)
class Alert:
    """An alerting rule. `for_s` and `keep_firing_for_s` are 0 where they are not given; `labels`
    hold the group's too. `lines` are those of its keys, labels and annotations by name."""

    name: str
    path: str
    line: int
    group: str
    expression: Expression
    for_s: float = 0
    keep_firing_for_s: float = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def severity(self) -> str | None:
        """What its labels say of urgency, in lower case; None where they say nothing."""
        return severity_of(self.labels)

    @property
    def pages(self) -> bool:
        """Whether one of its labels is for waking a person."""
        return pages(self.labels)

    @property
    def runbook(self) -> str | None:
        """The link to its runbook, as written."""
        links = (text for name, text in self.annotations.items() if _RUNBOOKS.match(name))
        return next((link.strip() for link in links if link.strip()), None)

    @property
    def dashboards(self) -> Iterator[tuple[str, str]]:
        """Name and link of each annotation that leads to a dashboard."""
        for name, text in self.annotations.items():
            if _DASHBOARDS.match(name) and text.strip():
                yield name, text.strip()

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Name and text of each annotation and of each label."""
        yield from self.annotations.items()
        yield from self.labels.items()

    def line_of(self, key: str) -> int:
        """The line of a key, label or annotation of this rule; its first line for others."""
        return self.lines.get(key, self.line)

    @property
    def known_labels(self) -> dict[str, str]:
        """The labels whose values are known before it fires."""
        fixed = {name: text for name, text in self.labels.items() if "{{" not in text}
        return {"alertname": self.name, **fixed}

    @property
    def always_fires(self) -> bool:
        """Whether it is there to be missed when it stops: a dead man's switch."""
        root = self.expression.root
        number = constant(root) if root is not None and not isinstance(root, Selector) else None
        return number is not None or bool(_ALWAYS.search(self.name))

    def may_pass(self, matchers: Iterable[Matcher]) -> bool:
        """Whether no label that its rule gives speaks against it."""
        known = self.known_labels
        return all(m.matches(known[m.label]) for m in matchers if m.label in known)

    def may_have(self, label: str) -> bool:
        """Whether an alert of it may carry the label: by its rule, its series or its server."""
        if label in self.labels or label == "alertname" or _OF_THE_SERVER.match(label):
            return True
        given = output_labels(self.expression.root) if self.expression.root else None
        return given is None or label in given


@dataclass(frozen=True)
class Recording:
    """A recording rule: the expression under a new name."""

    name: str
    path: str
    line: int
    group: str
    expression: Expression
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated one after the other; `interval_s` is 0 where it is the server's,
    and `limit` where there is none."""

    name: str
    path: str
    line: int
    interval_line: int = 0
    interval_s: float = 0
    limit: int = 0
    query_offset_s: float = 0
    rules: tuple[Recording | Alert, ...] = ()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerting rules."""
        return tuple(rule for rule in self.rules if isinstance(rule, Alert))

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """The recording rules."""
        return tuple(rule for rule in self.rules if isinstance(rule, Recording))


@dataclass(frozen=True)
class RuleFile:
    """The rules of one file, in order. `faults` are what makes Prometheus refuse the file."""

    NOUN: ClassVar[str] = "rules"

    path: str
    alerts: tuple[Alert, ...] = ()
    recordings: tuple[Recording, ...] = ()
    faults: tuple[Unparsable, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def rules(self) -> tuple[Recording | Alert, ...]:
        """Both kinds together."""
        return (*self.recordings, *self.alerts)

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read every group of every document. Raises `Unparsable` for what is no YAML."""
        try:
            documents = parse_yaml_documents(path, text)
        except Unparsable as error:
            if _TEMPLATE.search(text):
                why = "is a template; review what it renders to"
                raise Unparsable(path, error.line, why) from None
            raise
        reading = _Reading(path, text.splitlines())
        for document in documents:
            for group in groups_in(document):
                if group.value is not None:
                    reading.read_group(group)
        groups = tuple(reading.groups)
        alerts = tuple(alert for group in groups for alert in group.alerts)
        recordings = tuple(recording for group in groups for recording in group.recordings)
        return cls(path, alerts, recordings, tuple(reading.faults), groups)


def groups_in(document: Yaml) -> Iterator[Yaml]:
    """The groups of a plain file, of a PrometheusRule, or of a list of such objects."""
    if document.string("kind") in {"List", "PrometheusRuleList"}:
        for item in document.elements("items"):
            yield from groups_in(item)
    elif document.string("kind") is None:
        yield from document.elements("groups")
    elif document.string("kind") == "PrometheusRule":
        yield from document.elements("spec", "groups")


class _Reading:
    """Sorts the rules of one file into alerts, recordings and faults."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.faults: list[Unparsable] = []
        self.groups: list[Group] = []

    def read_group(self, group: Yaml) -> None:
        name = group.string("name")
        if not name:
            self._refuse(group.line, "a group has no name")
        shared = self._texts(group, "labels")
        rules = (rule for rule in group.elements("rules") if rule.value is not None)
        read = (self._read_rule(rule, name or "", shared) for rule in rules)
        self.groups.append(
            Group(
                name or "",
                self.path,
                group.line,
                group.key_line("interval"),
                self._seconds(group, "interval"),
                self._limit(group),
                self._seconds(group, "query_offset"),
                tuple(rule for rule in read if rule is not None),
            )
        )

    def _limit(self, group: Yaml) -> int:
        text = group.string("limit")
        if text is None:
            return 0
        try:
            return int(text)
        except ValueError:
            self._refuse(group.key_line("limit"), f"`limit: {text}` is no whole number")
            return 0

    def _read_rule(
        self, rule: Yaml, group: str, shared: dict[str, str]
    ) -> Alert | Recording | None:
        alert, record, expr = rule.string("alert"), rule.string("record"), rule.string("expr")
        if bool(alert) == bool(record):
            self._refuse(rule.line, "a rule has either `alert` or `record`")
        elif not expr or not expr.strip():
            self._refuse(rule.line, f"`{alert or record}` has no `expr`")
        elif alert:
            return self._alert(alert, rule, group, shared)
        elif record:
            labels = {**shared, **self._texts(rule, "labels")}
            line = rule.key_line("record")
            return Recording(record, self.path, line, group, self._expression(rule), labels)
        return None

    def _alert(self, name: str, rule: Yaml, group: str, shared: dict[str, str]) -> Alert:
        keys = {key.text: key.line for key in rule.keys}
        for section in ("labels", "annotations"):
            below = rule.get(section)
            keys |= {key.text: key.line for key in (below.keys if below else ())}
        return Alert(
            name,
            self.path,
            rule.key_line("alert"),
            group,
            self._expression(rule),
            self._seconds(rule, "for"),
            self._seconds(rule, "keep_firing_for"),
            {**shared, **self._texts(rule, "labels")},
            self._texts(rule, "annotations"),
            keys,
        )

    def _expression(self, rule: Yaml) -> Expression:
        """Folded and literal scalars begin on the line below their key."""
        node = rule.get("expr")
        line = node.line if node else rule.line
        shown = self.lines[line - 1] if line <= len(self.lines) else ""
        below = 1 if _BLOCK_SCALAR.search(shown) else 0
        return Expression(rule.string("expr") or "", self.path, line + below)

    def _seconds(self, rule: Yaml, key: str) -> float:
        text = rule.string(key)
        if text is None:
            return 0.0
        try:
            return setting_ms(text.strip()) / 1000
        except ValueError as error:
            self._refuse(rule.key_line(key), f"`{key}: {text}` is no duration: {error}")
            return 0.0

    def _texts(self, node: Yaml, key: str) -> dict[str, str]:
        return {name: node.string(key, name) or "" for name, _ in node.items(key)}

    def _refuse(self, line: int, why: str) -> None:
        self.faults.append(Unparsable(self.path, line, why))
