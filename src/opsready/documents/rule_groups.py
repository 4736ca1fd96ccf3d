"""The groups of a rule file as `alerting` evaluates them, and all that a server would refuse."""

import re
from collections.abc import Iterator

from opsready.alerting.groups import AlertingRule, RecordingRule, RuleGroup
from opsready.alerting.templates import Refused as RefusedTemplate
from opsready.alerting.templates import TemplateError, check
from opsready.documents.document import NotEvaluated, Unparsable
from opsready.documents.rules import Alert, Group, Recording, RuleFile, groups_in
from opsready.documents.yaml_fields import Fields
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents
from opsready.promql import PromQLError, Refused
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.plan import plan
from opsready.promql.semantics import DEFAULT, Semantics

_RULE = Fields(
    "a rule",
    {
        **dict.fromkeys(("record", "alert", "expr", "for", "keep_firing_for"), "a text"),
        "labels": "a mapping of names and texts",
        "annotations": "a mapping of names and texts",
    },
)
_GROUP = Fields(
    "a group",
    {
        **dict.fromkeys(("name", "interval", "limit", "query_offset"), "a text"),
        "labels": "a mapping of names and texts",
        "rules": _RULE,
    },
    since={"query_offset": "2.55", "labels": "3.0"},  # the first profiles that know them
)
_FILE = Fields("a rule file", {"groups": _GROUP})
_OF_ALERTS = ("for", "keep_firing_for", "annotations")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def read_rule_groups(
    path: str, text: str, semantics: Semantics = DEFAULT
) -> tuple[tuple[RuleGroup, ...], list[Unparsable]]:
    """The groups of a file, and why a server would refuse it. Raises `Unparsable` for what is no
    YAML."""
    file = RuleFile.parse(path, text)
    faults = [*file.faults, *_faults(path, text, semantics), *_faults_of_texts(file, semantics)]
    groups = tuple(_group(group) for group in file.groups)
    return groups, sorted(faults, key=lambda fault: fault.line)


def rule_groups(file: RuleFile) -> tuple[RuleGroup, ...]:
    """The groups of a file, in order. Raises `Unparsable` for the first of its faults."""
    if file.faults:
        raise file.faults[0]
    return tuple(_group(group) for group in file.groups)


def _group(group: Group) -> RuleGroup:
    return RuleGroup(
        group.name,
        tuple(_rule(rule) for rule in group.rules),
        _ms(group.interval_s),
        group.limit,
        _ms(group.query_offset_s),
        group.path,
    )


def _rule(rule: Alert | Recording) -> AlertingRule | RecordingRule:
    if isinstance(rule, Recording):
        return RecordingRule(rule.name, rule.expression.text, rule.labels, rule.path, rule.line)
    return AlertingRule(
        rule.name,
        rule.expression.text,
        _ms(rule.for_s),
        _ms(rule.keep_firing_for_s),
        rule.labels,
        rule.annotations,
        rule.path,
        rule.line,
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _faults(path: str, text: str, semantics: Semantics) -> Iterator[Unparsable]:
    """Fields that there are not, names that are none, groups of one name."""
    version = semantics.version
    for document in parse_yaml_documents(path, text):
        is_plain = document.string("kind") is None
        if is_plain:
            yield from _FILE.faults(path, document, version)
        names: set[str] = set()
        for group in groups_in(document):
            if not is_plain:
                yield from _GROUP.faults(path, group, version)
            name = group.string("name") or ""
            if name in names:
                yield Unparsable(path, group.line, f"the group `{name}` stands in this file twice")
            names.add(name)
            for rule in group.elements("rules"):
                yield from _faults_of_rule(path, rule, semantics)


def _faults_of_rule(path: str, rule: Yaml, semantics: Semantics) -> Iterator[Unparsable]:
    record = rule.string("record")
    if record is not None:
        for field in _OF_ALERTS:
            if _is_set(rule.get(field)):
                why = f"`{record}`: a recording rule has no `{field}`"
                yield Unparsable(path, rule.key_line(field), why)
        if not semantics.names_are_utf8 and not _METRIC.fullmatch(record):
            why = f"`{record}` is no name of a metric: letters, digits, _ and : only"
            yield Unparsable(path, rule.key_line("record"), why)
        elif set(record) & set("{}"):  # no name of UTF-8 either: it would read as a selector
            why = f"`{record}` is no name of a metric: it has braces"
            yield Unparsable(path, rule.key_line("record"), why)
    for section in ("labels", "annotations"):
        for name, value in rule.items(section):
            legal = semantics.names_are_utf8 or _LABEL.fullmatch(name)
            if not name or not legal or (section == "labels" and name == METRIC_NAME):
                yield Unparsable(path, value.line, f"`{name}` is no name for one of the {section}")


def _is_set(node: Yaml | None) -> bool:
    """Whether a field has a value that is not nothing, as Go has it."""
    return node is not None and bool(node.value) and node.text not in ("0", "0s")


def _faults_of_texts(file: RuleFile, semantics: Semantics) -> Iterator[Unparsable]:
    """Expressions and templates that are none, or that are not evaluated here."""
    for rule in (rule for group in file.groups for rule in group.rules):
        expression = rule.expression
        try:
            plan(expression.text, semantics)
        except PromQLError as error:
            line = expression.line + error.line - 1
            refused = isinstance(error, Refused)
            what = "is not evaluated here" if refused else "is no PromQL"
            why = f"the expression of `{rule.name}` {what}: {error.message}\n{error.caret()}"
            yield (NotEvaluated if refused else Unparsable)(file.path, line, why)
        if isinstance(rule, Alert):
            yield from _faults_of_templates(rule)


def _faults_of_templates(alert: Alert) -> Iterator[Unparsable]:
    for name, text in alert.texts:
        try:
            check(text)
        except RefusedTemplate as error:
            why = f"`{name}` of `{alert.name}` is not evaluated here: {error}"
            yield NotEvaluated(alert.path, alert.line_of(name), why)
        except TemplateError as error:
            why = f"`{name}` of `{alert.name}` is no template: {error}"
            yield Unparsable(alert.path, alert.line_of(name), why)
