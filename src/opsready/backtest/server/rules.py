"""The rules that a server evaluates itself, as `/api/v1/rules` lists them."""

from collections.abc import Iterator
from typing import Any

from opsready.alerting.groups import AlertingRule, RecordingRule, Rule, RuleGroup


def groups_of(data: Any) -> tuple[RuleGroup, ...]:
    """The groups of an answer. Raises ValueError for what is none."""
    groups = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        raise ValueError("it lists no rule groups")
    return tuple(_group(group) for group in groups)


def _group(group: Any) -> RuleGroup:
    if not isinstance(group, dict):
        raise ValueError("a rule group is no object")
    path = str(group.get("file", ""))
    return RuleGroup(
        str(group.get("name", "")),
        tuple(_rules(group.get("rules") or (), path)),
        round(float(group.get("interval") or 0) * 1000),
        int(group.get("limit") or 0),
        path=path,
    )


def _rules(rules: Any, path: str) -> Iterator[Rule]:
    for rule in rules:
        if not isinstance(rule, dict) or not rule.get("name") or not rule.get("query"):
            raise ValueError("a rule has no name or no query")
        name, query = str(rule["name"]), str(rule["query"])
        labels = {str(k): str(v) for k, v in (rule.get("labels") or {}).items()}
        if rule.get("type") == "recording":
            yield RecordingRule(name, query, labels, path)
            continue
        annotations = {str(k): str(v) for k, v in (rule.get("annotations") or {}).items()}
        yield AlertingRule(
            name,
            query,
            round(float(rule.get("duration") or 0) * 1000),
            round(float(rule.get("keepFiringFor") or 0) * 1000),
            labels,
            annotations,
            path,
        )
