"""The groups of a rule file as `alerting` evaluates them."""

from opsready.alerting.groups import AlertingRule, RecordingRule, RuleGroup
from opsready.documents.rules import Alert, Group, Recording, RuleFile


def rule_groups(file: RuleFile) -> tuple[RuleGroup, ...]:
    """The groups of a file, in order. Raises `Unparsable` for what Prometheus refuses to load."""
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
