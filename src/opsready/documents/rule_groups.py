"""The groups of a rule file as `alerting` evaluates them, and all that a server would refuse."""

import re
from collections.abc import Collection, Iterator

from opsready.alerting.groups import AlertingRule, RecordingRule, RuleGroup
from opsready.alerting.templates import Refused as RefusedTemplate
from opsready.alerting.templates import TemplateError, check
from opsready.documents.document import NotEvaluated, Unparsable
from opsready.documents.rules import Alert, Group, Recording, RuleFile, groups_in
from opsready.documents.yaml_tree import Yaml, parse_yaml_documents
from opsready.promql import PromQLError, Refused
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.plan import plan
from opsready.promql.semantics import DEFAULT, Semantics

_GROUP = {"name", "interval", "limit", "rules", "query_offset", "labels"}
_RULE = {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
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
    for document in parse_yaml_documents(path, text):
        if document.get("kind") is None:
            yield from _unknown(path, document, {"groups"}, "a rule file")
        names: set[str] = set()
        for group in groups_in(document):
            yield from _unknown(path, group, _GROUP, "a group")
            name = group.string("name") or ""
            if name in names:
                yield Unparsable(path, group.line, f"the group `{name}` stands in this file twice")
            names.add(name)
            for rule in group.elements("rules"):
                yield from _unknown(path, rule, _RULE, "a rule")
                yield from _faults_of_rule(path, rule, semantics)


def _faults_of_rule(path: str, rule: Yaml, semantics: Semantics) -> Iterator[Unparsable]:
    record = rule.string("record")
    if record is not None:
        for field in _OF_ALERTS:
            if rule.get(field) is not None:
                why = f"`{record}`: a recording rule has no `{field}`"
                yield Unparsable(path, rule.key_line(field), why)
        if not semantics.names_are_utf8 and not _METRIC.fullmatch(record):
            why = f"`{record}` is no name of a metric: letters, digits, _ and : only"
            yield Unparsable(path, rule.key_line("record"), why)
    for section in ("labels", "annotations"):
        for name, value in rule.items(section):
            legal = semantics.names_are_utf8 or _LABEL.fullmatch(name)
            if not name or not legal or (section == "labels" and name == METRIC_NAME):
                yield Unparsable(path, value.line, f"`{name}` is no name for one of the {section}")


def _unknown(path: str, node: Yaml, known: Collection[str], what: str) -> Iterator[Unparsable]:
    seen: set[str] = set()
    for key in node.keys:
        if key.text not in known:
            yield Unparsable(path, key.line, f"{what} has no field `{key.text}`")
        elif key.text in seen:
            yield Unparsable(path, key.line, f"`{key.text}` stands here twice")
        seen.add(key.text)


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
