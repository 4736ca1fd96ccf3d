"""label_replace, label_join and histogram_quantile: functions that read labels."""

import re
from typing import TYPE_CHECKING

import numpy as np

from opsready.promql.aggregate import is_label
from opsready.promql.arrays import Bools, Floats
from opsready.promql.error import PromQLError
from opsready.promql.kernels.buckets import bucket_quantile
from opsready.promql.labels import Labels, changed, value_of, without
from opsready.promql.nodes import METRIC_NAME, Call, Expr
from opsready.promql.regex import compile_regex
from opsready.promql.vector import Vector

if TYPE_CHECKING:
    from opsready.promql.evaluate import Evaluation

_REFERENCE = re.compile(r"\$(?:\$|([0-9A-Za-z_]+)|\{([0-9A-Za-z_]+)\})")


def replace_label(evaluation: "Evaluation", call: Call) -> Vector:
    """Writes a label from what a pattern finds in another."""
    target, replacement, source, pattern = (evaluation.string(arg) for arg in call.args[1:])
    _check_label(evaluation, target, call.args[1])
    dotall = evaluation.plan.semantics.dot_matches_newline
    try:
        compiled = compile_regex(pattern, dot_matches_newline=dotall)
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
        if name.isdigit():
            number = int(name)
            return (match[number] or "") if number <= match.re.groups else ""
        return (match[name] or "") if name in known else ""

    return _REFERENCE.sub(filled, template)


def join_labels(evaluation: "Evaluation", call: Call) -> Vector:
    """Writes a label from the values of others, joined."""
    target, separator, *sources = (evaluation.string(arg) for arg in call.args[1:])
    for label, arg in zip((target, *sources), (call.args[1], *call.args[3:]), strict=True):
        _check_label(evaluation, label, arg)
    found = evaluation.vector(call.args[0])
    labels = tuple(
        changed(each, [(target, separator.join(value_of(each, source) for source in sources))])
        for each in found.labels
    )
    return evaluation.unique(Vector(labels, found.values, found.present), call)


def _check_label(evaluation: "Evaluation", label: str, arg: Expr) -> None:
    if not is_label(label):
        raise PromQLError(f"{label!r} is no name of a label", evaluation.plan.text, *arg.span)


def histogram_quantile(evaluation: "Evaluation", call: Call) -> Vector:
    """The quantile of each histogram, whose buckets are the series with a label `le`."""
    share, found = evaluation.scalar(call.args[0]), evaluation.vector(call.args[1])
    histograms: dict[Labels, list[tuple[float, int]]] = {}
    for row, labels in enumerate(found.labels):
        bound = _bound(value_of(labels, "le"))
        if bound is not None:
            key = without(labels, {"le", METRIC_NAME})
            histograms.setdefault(key, []).append((bound, row))
    if not histograms:
        return Vector.empty(evaluation.steps)
    forgiving = evaluation.plan.semantics.forgives_buckets
    values, present = [], []
    for buckets in histograms.values():
        buckets.sort()
        bounds = np.array([bound for bound, _ in buckets])
        rows = [row for _, row in buckets]
        values.append(
            _quantile(share, bounds, found.values[rows], found.present[rows], forgiving=forgiving)
        )
        present.append(found.present[rows].any(axis=0))
    return Vector(tuple(histograms), np.stack(values), np.stack(present))


def _bound(text: str) -> float | None:
    try:
        return float(text) if text.strip() == text else None
    except ValueError:
        return None


def _quantile(
    share: Floats, bounds: Floats, counts: Floats, present: Bools, *, forgiving: bool
) -> Floats:
    """Steps at which the same buckets are there are taken together."""
    result = np.full(share.size, np.nan)
    patterns, which = np.unique(present, axis=1, return_inverse=True)
    for number, there in enumerate(patterns.T):
        steps = np.flatnonzero(which.ravel() == number)
        if there.any():
            result[steps] = bucket_quantile(
                share[steps], bounds[there], counts[np.ix_(there, steps)], forgiving=forgiving
            )
    return result
