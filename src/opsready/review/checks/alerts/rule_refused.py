"""A rule that Prometheus refuses, and with it the whole file."""

import re
from collections.abc import Iterator

from opsready.documents.document import Unparsable
from opsready.documents.expression import Expression
from opsready.documents.rules import RuleFile
from opsready.promql import Refused
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind

# Loki's rules have the same shape and ask in LogQL; VictoriaMetrics knows more functions.
_LOGQL = re.compile(r"\}\s*(?:\|[=~]|!=|!~|\|\s*[a-z_]+\b)|\bcount_over_time\(\s*\{")
_OTHER_ENGINE = re.compile(r"\b(?:loki|vmalert|victoria-?metrics|VMRule)\b", re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One finding a fault for which Prometheus would not load a rule file."""
    files = {file.path: file for file in case.pack.documents(RuleFile)}
    for unread in case.pack.bundle.unparsable():
        source = case.pack.source(unread.path)
        is_rules = source is not None and source.kind is Kind.RULES
        if is_rules and unread.path not in files and "template" not in unread.why:
            yield _finding(Unparsable(unread.path, unread.line, unread.why))
    for file in files.values():
        source = case.pack.source(file.path)
        if source is None or _OTHER_ENGINE.search(file.path + source.text):
            continue
        for fault in (*file.faults, *_faults_of_expressions(file)):
            yield _finding(fault)


def _faults_of_expressions(file: RuleFile) -> Iterator[Unparsable]:
    rules = [(alert.name, alert.expression) for alert in file.alerts]
    rules += [(recording.name, recording.expression) for recording in file.recordings]
    for name, expression in rules:
        fault = expression.fault
        if fault is None or isinstance(fault, Refused) or _is_of_another_kind(expression):
            continue
        line = expression.line + fault.line - 1
        yield Unparsable(file.path, line, f"the expression of `{name}`: {fault.message}")


def _is_of_another_kind(expression: Expression) -> bool:
    return expression.is_template or bool(_LOGQL.search(expression.text))


def _finding(fault: Unparsable) -> Finding:
    return Finding(
        fault.path,
        max(fault.line, 1),
        f"Prometheus refuses this file, and every alert in it is missing: {fault.why}",
        "Mend it, and let CI load every rule file (`opsready test-rules`, `promtool check rules`).",
    )


CHECK = Check(
    id="rule-refused",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a rule that Prometheus refuses",
    find=find,
)
