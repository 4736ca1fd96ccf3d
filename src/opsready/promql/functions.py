"""The functions of PromQL over vectors: what each does with labels, times and values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsready.promql import classic_histograms, label_functions
from opsready.promql.arrays import Bools, Floats, Ints, aligned, alike
from opsready.promql.kernels import elementwise, groups, kahan, over_time, rates, regression
from opsready.promql.kernels.dates import DATE_FUNCTIONS, part_of_date
from opsready.promql.labels import Labels, labels_of, nameless
from opsready.promql.nodes import METRIC_NAME, Call, Expr, Range, Selector
from opsready.promql.selection import Look
from opsready.promql.series import Block
from opsready.promql.signatures import ValueType
from opsready.promql.vector import Vector
from opsready.promql.windows import Bounds, Windows

if TYPE_CHECKING:
    from opsready.promql.evaluate import Evaluation


def scalar(evaluation: "Evaluation", call: Call) -> Floats:
    """The functions that give a scalar."""
    match call.function:
        case "time":
            return evaluation.grid.times / 1000
        case "pi":
            return np.full(evaluation.steps, np.pi)
    vector = evaluation.vector(call.args[0])
    one = vector.present.sum(axis=0) == 1
    values = np.where(vector.present, vector.values, 0.0).sum(axis=0)
    return np.where(one, values, np.nan)


def vector(evaluation: "Evaluation", call: Call) -> Vector:
    """The functions that give an instant vector."""
    if call.function in _OVER_WINDOWS or call.function in _EXTRAPOLATED:
        return _over_windows(evaluation, call)
    return _FUNCTIONS[call.function](evaluation, call)


# Functions of a range vector

_CELLS_ABREAST = 1 << 16
"""Results taken at once: half a megabyte, which stays in a core's cache from pass to pass, with all
that is made on the way."""
_RATES_ABREAST = 1 << 18
"""Of what makes little on the way: two megabytes. The four counters of an SLO over 30 days at 1 m
are one array of it, which takes a quarter of the calls of one by one."""


@dataclass(frozen=True, eq=False)
class _Setting:
    """What a function of windows may need beside them."""

    look: Look
    step_ms: Ints
    scalars: tuple[Floats, ...]


_OverWindows = Callable[[Windows, _Setting], tuple[Floats, Bools]]


def _over_windows(evaluation: "Evaluation", call: Call) -> Vector:
    found = _of_windows(evaluation, call)
    if call.function == "last_over_time":
        return found
    bare = Vector(_nameless(found.labels), found.values, found.present)
    return evaluation.unique(bare, call)


def _of_windows(evaluation: "Evaluation", call: Call) -> Vector:
    """What a function gives for each window; where another of the expression gives these rows
    among others, both are found together."""
    shared = evaluation.plan.shared.get(id(call))
    if shared is None:
        return _of_each_window(evaluation, call)
    kept = evaluation.of_windows.pop(id(shared.call), None)
    left, found = kept or (shared.uses, _of_each_window(evaluation, shared.call))
    if left > 1:
        evaluation.of_windows[id(shared.call)] = left - 1, found
    if shared.call is call:
        return found
    (matrix,) = call.args
    assert isinstance(matrix, Range)
    place = {labels: row for row, labels in enumerate(found.labels)}
    return found.rows([place[labels] for labels in evaluation.select(matrix.selector).labels])


def _of_each_window(evaluation: "Evaluation", call: Call) -> Vector:
    matrix = next(arg for arg in call.args if arg.type is ValueType.MATRIX)
    ranges = evaluation.ranges(matrix)
    scalars = tuple(evaluation.scalar(arg) for arg in call.args if arg is not matrix)
    _check_scalars(evaluation, call, scalars)
    setting = _Setting(evaluation.look, evaluation.grid.times, scalars)
    shape = (len(ranges.labels), evaluation.steps)
    values, present = aligned(*shape), np.empty(shape, dtype=np.bool_)
    abreast = _RATES_ABREAST if call.function in _EXTRAPOLATED else _CELLS_ABREAST
    for block in ranges.blocks:
        if not block.times.size:
            values[block.place], present[block.place] = 0.0, False
            continue
        bounds = evaluation.look.bounds(block.times, ranges.moment, ranges.range_ms)
        for part in block.parts(max(1, abreast // evaluation.steps)):
            there = _of_part(call.function, part, bounds, setting, values)
        if len(ranges.blocks) == 1:
            present = alike(there, shape)
        else:
            present[block.place] = there
    return Vector(ranges.labels, values, present)


def _of_part(
    function: str, block: Block, bounds: Bounds, setting: _Setting, values: Floats
) -> Bools:
    """Puts what a function gives for some series into their rows; the steps that have a sample."""
    if function in _EXTRAPOLATED:
        return _extrapolated(function, block, bounds, setting.look, values)
    found, there = _OVER_WINDOWS[function](Windows(block.values, bounds), setting)
    values[block.place] = found
    return there


_EXTRAPOLATED = frozenset({"rate", "increase", "delta"})


def _extrapolated(function: str, block: Block, bounds: Bounds, look: Look, values: Floats) -> Bools:
    extrapolation = look.extrapolation(bounds)
    falls = None if function == "delta" else block.falls
    windows, per_second = Windows(block.values, bounds), function == "rate"
    into = values[block.place]
    rates.extrapolated(windows, extrapolation, into, falls, per_second=per_second)
    if not np.may_share_memory(into, values):
        values[block.place] = into
    return extrapolation.enough


def _nameless(labels: tuple[Labels, ...]) -> tuple[Labels, ...]:
    return tuple(nameless(each) for each in labels)


def _check_scalars(evaluation: "Evaluation", call: Call, scalars: tuple[Floats, ...]) -> None:
    if call.function != "holt_winters":
        return
    for name, factor, arg in zip(("smoothing", "trend"), scalars, call.args[1:], strict=True):
        outside = (factor <= 0) | (factor >= 1)  # NaN is let through, as by Prometheus
        if outside.any():
            evaluation.fail(outside, f"the {name} factor must lie between 0 and 1", arg)


def _of_samples(kernel: Callable[[Windows], Floats], *, least: int = 1) -> _OverWindows:
    return lambda windows, _: (kernel(windows), windows.bounds.at_least(least))


def _average(windows: Windows, setting: _Setting) -> tuple[Floats, Bools]:
    semantics = setting.look.semantics
    if semantics.compensated:
        means = kahan.window_means(windows, apart=semantics.divides_rest_apart)
    else:
        means = kahan.means_in_order(windows)
    return means, windows.bounds.at_least(1)


def _counted(windows: Windows) -> Floats:
    return np.broadcast_to(windows.bounds.counts.astype(np.float64), windows.shape)


def _deriv(windows: Windows) -> Floats:
    return regression.lines(windows, windows.bounds.first_ms)[0]


def _predicted(windows: Windows, setting: _Setting) -> tuple[Floats, Bools]:
    slope, at_step = regression.lines(windows, setting.step_ms)
    return slope * setting.scalars[0] + at_step, windows.bounds.at_least(2)


_OVER_WINDOWS: Mapping[str, _OverWindows] = {
    "irate": lambda windows, _: rates.last_two(windows, counter=True, per_second=True),
    "idelta": lambda windows, _: rates.last_two(windows, counter=False, per_second=False),
    "avg_over_time": _average,
    "sum_over_time": _of_samples(kahan.window_sums),
    "count_over_time": _of_samples(_counted),
    "last_over_time": _of_samples(lambda windows: windows.last),
    "present_over_time": _of_samples(lambda windows: np.ones(windows.shape)),
    "min_over_time": _of_samples(lambda windows: over_time.extremes(windows, largest=False)),
    "max_over_time": _of_samples(lambda windows: over_time.extremes(windows, largest=True)),
    "stddev_over_time": _of_samples(lambda windows: np.sqrt(over_time.variances(windows))),
    "stdvar_over_time": _of_samples(over_time.variances),
    "changes": _of_samples(lambda windows: over_time.events(windows, resets=False)),
    "resets": _of_samples(lambda windows: over_time.events(windows, resets=True)),
    "deriv": _of_samples(_deriv, least=2),
    "predict_linear": _predicted,
    "quantile_over_time": lambda windows, setting: (
        over_time.quantiles(windows, setting.scalars[0]),
        windows.bounds.at_least(1),
    ),
    "holt_winters": lambda windows, setting: (
        over_time.smoothed(windows, *setting.scalars),
        windows.bounds.at_least(2),
    ),
}


# Functions of an instant vector


def _elementwise(evaluation: "Evaluation", call: Call) -> Vector:
    found = evaluation.vector(call.args[0])
    mapped = found.map(elementwise.FUNCTIONS[call.function], _nameless(found.labels))
    return evaluation.unique(mapped, call)


def _bounded(evaluation: "Evaluation", call: Call) -> Vector:
    """clamp, clamp_min, clamp_max, round: with a scalar or two."""
    found = evaluation.vector(call.args[0])
    scalars = [evaluation.scalar(arg) for arg in call.args[1:]]
    values, present = found.values, found.present
    match call.function:
        case "clamp_max":
            values = elementwise.smaller(scalars[0], values)
        case "clamp_min":
            values = elementwise.larger(scalars[0], values)
        case "clamp":
            values = elementwise.larger(scalars[0], elementwise.smaller(scalars[1], values))
            present = present & ~(scalars[1] < scalars[0])
        case "round":
            nearest = scalars[0] if scalars else np.ones(evaluation.steps)
            values = elementwise.rounded(values, nearest)
    return evaluation.unique(Vector(_nameless(found.labels), values, present), call)


def _date(evaluation: "Evaluation", call: Call) -> Vector:
    if not call.args:
        return Vector.full(part_of_date(call.function, evaluation.grid.times / 1000))
    found = evaluation.vector(call.args[0])
    mapped = found.map(lambda values: part_of_date(call.function, values), _nameless(found.labels))
    return evaluation.unique(mapped, call)


def _timestamp(evaluation: "Evaluation", call: Call) -> Vector:
    arg = call.args[0]
    if isinstance(arg, Selector):
        found, seconds = evaluation.instant(arg)
    else:
        found = evaluation.vector(arg)
        seconds = np.broadcast_to(evaluation.grid.times / 1000, found.values.shape)
    return evaluation.unique(Vector(_nameless(found.labels), seconds, found.present), call)


def _absent(evaluation: "Evaluation", call: Call) -> Vector:
    arg = call.args[0]
    if arg.type is ValueType.MATRIX:
        counting = Call("present_over_time", call.args, span=call.span)
        missing = ~_of_windows(evaluation, counting).anywhere
    else:
        missing = ~evaluation.vector(arg).anywhere
    return Vector((_labels_asked(arg),), np.ones((1, missing.size)), missing[np.newaxis])


def _labels_asked(node: Expr) -> Labels:
    """The labels that a selector asks for by `=`, each once: those of what is absent."""
    selector = node.selector if isinstance(node, Range) else node
    if not isinstance(selector, Selector):
        return ()
    asked: dict[str, str] = {}
    seen: set[str] = set()
    for matcher in selector.matchers:
        if matcher.op == "=" and matcher.label not in seen:
            asked[matcher.label] = matcher.value
            seen.add(matcher.label)
        else:
            asked.pop(matcher.label, None)
    asked.pop(METRIC_NAME, None)
    return labels_of(asked)


def _sorted(evaluation: "Evaluation", call: Call) -> Vector:
    """sort and sort_desc: an order is only to be seen at an instant."""
    found = evaluation.vector(call.args[0])
    if found.steps != 1:
        return found
    largest = call.function == "sort_desc"
    order = groups.order_of(found.values, found.present, largest=largest)
    return found.rows(order[:, 0].tolist())


def _as_vector(evaluation: "Evaluation", call: Call) -> Vector:
    return Vector.full(evaluation.scalar(call.args[0]))


_FUNCTIONS: Mapping[str, Callable[["Evaluation", Call], Vector]] = {
    **dict.fromkeys(elementwise.FUNCTIONS, _elementwise),
    **dict.fromkeys(DATE_FUNCTIONS, _date),
    **dict.fromkeys(("clamp", "clamp_min", "clamp_max", "round"), _bounded),
    **dict.fromkeys(("absent", "absent_over_time"), _absent),
    **dict.fromkeys(("sort", "sort_desc"), _sorted),
    "timestamp": _timestamp,
    "vector": _as_vector,
    "label_replace": label_functions.replace_label,
    "label_join": label_functions.join_labels,
    "histogram_quantile": classic_histograms.quantile,
    "histogram_fraction": classic_histograms.fraction,
}
