"""label_replace and label_join: functions that write labels."""

import re
from typing import TYPE_CHECKING

from opsready.promql.aggregate import is_label
from opsready.promql.error import PromQLError
from opsready.promql.labels import Labels, changed, value_of
from opsready.promql.nodes import Call, Expr
from opsready.promql.regex import UntranslatedRegexError, compile_regex
from opsready.promql.vector import Vector

if TYPE_CHECKING:
    from opsready.promql.evaluate import Evaluation

_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
"""What Go reads as the number of a group; more digits, or a zero before them, are a name."""


def replace_label(evaluation: "Evaluation", call: Call) -> Vector:
    """Writes a label from what a pattern finds in another."""
    target, replacement, source, pattern = (evaluation.string(arg) for arg in call.args[1:])
    semantics = evaluation.plan.semantics
    _check_label(evaluation, target, call.args[1], utf8=semantics.replaces_utf8_labels)
    dotall = semantics.dot_matches_newline
    try:
        compiled = compile_regex(pattern, dot_matches_newline=dotall)
    except UntranslatedRegexError as fault:
        raise evaluation.plan.refusal(str(fault), call.args[4]) from None
    except ValueError as fault:
        raise PromQLError(str(fault), evaluation.plan.text, *call.args[4].span) from None
    found = evaluation.vector(call.args[0])

    def replaced(labels: Labels) -> Labels:
        match = compiled.fullmatch(value_of(labels, source))
        return (
            labels if match is None else changed(labels, [(target, _expanded(match, replacement))])
        )

    labels = tuple(replaced(each) for each in found.labels)
    return evaluation.unique(Vector(labels, found.values, found.present), call)


def _expanded(match: re.Match[str], template: str) -> str:
    """The template with $1, ${1}, $name and $$ filled in, as Go does; unknown ones are empty."""

    def filled(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        known = match.re.groupindex
        if _NUMBER.fullmatch(name):
            number = int(name)
            return (match[number] or "") if number <= match.re.groups else ""
        return (match[name] or "") if name in known else ""

    return _REFERENCE.sub(filled, template)


def join_labels(evaluation: "Evaluation", call: Call) -> Vector:
    """Writes a label from the values of others, joined."""
    target, separator, *sources = (evaluation.string(arg) for arg in call.args[1:])
    for label, arg in zip((target, *sources), (call.args[1], *call.args[3:]), strict=True):
        _check_label(evaluation, label, arg, utf8=evaluation.plan.semantics.names_are_utf8)
    found = evaluation.vector(call.args[0])
    labels = tuple(
        changed(each, [(target, separator.join(value_of(each, source) for source in sources))])
        for each in found.labels
    )
    return evaluation.unique(Vector(labels, found.values, found.present), call)


def _check_label(evaluation: "Evaluation", label: str, arg: Expr, *, utf8: bool) -> None:
    if not is_label(label, utf8=utf8):
        raise PromQLError(f"{label!r} is no name of a label", evaluation.plan.text, *arg.span)
