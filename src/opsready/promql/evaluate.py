"""Evaluates an expression over a store of series: at one instant, or at every step of a range.

All steps are evaluated at once. What goes wrong at some steps, as two series that match one, is
noted with its steps: a range query fails of it, a rule only at those times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from opsready.promql import aggregate, functions
from opsready.promql.arrays import MOST_CELLS, Bools, Floats, Grid, alike
from opsready.promql.error import PromQLError
from opsready.promql.kernels.elementwise import ARITHMETIC, COMPARISON
from opsready.promql.labels import Labels, nameless
from opsready.promql.matching import combine, combine_sets, drops_name
from opsready.promql.nodes import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    Selector,
    Span,
    String,
    Subquery,
    Unary,
)
from opsready.promql.plan import Plan, is_fixed
from opsready.promql.rounding import is_rounded, within_rounding
from opsready.promql.selection import Kept, Look, Moment, Ranges, as_blocks
from opsready.promql.series import Selected, Series, Store
from opsready.promql.signatures import ValueType
from opsready.promql.vector import Vector, united

_CELLS_AT_ONCE = 1 << 22
"""Samples of one vector that are held at once, so that memory stays flat: 32 MB each array."""
SAME_LABELS = "several series of the result have the same labels"


@dataclass(frozen=True, eq=False)
class Failure:
    """Why an expression has no value, and at which steps."""

    error: PromQLError
    steps: Bools


@dataclass(frozen=True, eq=False)
class Doubt:
    """A comparison that only rounding decides, and at which steps it does."""

    span: Span
    steps: Bools


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an expression gave over a grid: a vector, of a scalar its one row, or a string."""

    type: ValueType
    grid: Grid
    vector: Vector
    failures: tuple[Failure, ...] = ()
    text: str = ""
    matrix: tuple[Series, ...] = ()
    """Of a range vector, evaluated at an instant."""
    doubts: tuple[Doubt, ...] = ()

    @property
    def failed(self) -> Bools:
        """The steps without a value."""
        return _union(self.failures, self.grid.count)

    @property
    def unstable(self) -> Bools:
        """The steps at which the result hangs on a rounding."""
        return _union(self.doubts, self.grid.count)

    def raised(self) -> "Outcome":
        """This, or the error of the first step that failed."""
        if self.failures:
            raise min(self.failures, key=lambda failure: int(failure.steps.argmax())).error
        return self


def _union(noted: Sequence[Failure] | Sequence[Doubt], count: int) -> Bools:
    steps = np.zeros(count, dtype=np.bool_)
    for each in noted:
        steps |= each.steps
    return steps


class Engine:
    """A store with what was found out about it: expressions over the same steps share it, and
    engines that are given the same `kept`."""

    def __init__(
        self, store: Store, kept: Kept | None = None, *, late: frozenset[int] = frozenset()
    ) -> None:
        """`late` are the ids of the times of series whose sample of now is not yet there."""
        self.store = store
        self.kept = Kept() if kept is None else kept
        self._late = late

    def instant(self, plan: Plan, at_ms: int) -> Outcome:
        """The value at one time. Raises PromQLError where there is none."""
        return self.evaluate(plan, Grid.instant(at_ms)).raised()

    def range(self, plan: Plan, start_ms: int, end_ms: int, step_ms: int) -> Outcome:
        """The value at each step. Raises PromQLError, or ValueError for a range that is none."""
        if plan.expr.type not in (ValueType.SCALAR, ValueType.VECTOR):
            message = f"a range query gives scalars or instant vectors, not {plan.expr.type.phrase}"
            raise PromQLError(message, plan.text, *plan.expr.span)
        grid = Grid.between(start_ms, end_ms, step_ms)
        return self.evaluate(plan, grid, end_ms=end_ms).raised()

    def evaluate(self, plan: Plan, grid: Grid, *, end_ms: int | None = None) -> Outcome:
        """The value at each step, with what failed at some. Raises PromQLError for what can be
        evaluated at none. `end_ms` is what end() means, where that is not the last step."""
        ends = {"start": grid.start_ms, "end": grid.end_ms if end_ms is None else end_ms}
        at_once = max(1, _CELLS_AT_ONCE // max(1, self._series_of(plan)))
        parts = [
            self._part(plan, grid.part(first, at_once), ends)
            for first in range(0, grid.count, at_once)
        ]
        return parts[0] if len(parts) == 1 else _joined(parts, grid)

    def _part(self, plan: Plan, grid: Grid, ends: Mapping[str, int]) -> Outcome:
        look = Look(plan.semantics, plan.lookback_ms, self.kept, self._late)
        evaluation = Evaluation(plan, self.store, look, grid, ends)
        with np.errstate(all="ignore"):
            return evaluation.outcome()

    def _series_of(self, plan: Plan) -> int:
        """How many series the widest of the selectors finds."""
        selectors = (node for node in plan.timed if isinstance(node, Selector))
        found = (self.store.select(node, plan.semantics) for node in selectors)
        return max((len(each.labels) for each in found), default=0)


def _joined(parts: Sequence[Outcome], grid: Grid) -> Outcome:
    """The outcomes of consecutive steps as one."""
    row_of: dict[Labels, int] = {}
    for part in parts:
        for labels in part.vector.labels:
            row_of.setdefault(labels, len(row_of))
    shape = (len(row_of), grid.count)
    values, present = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    failures: list[Failure] = []
    doubts: list[Doubt] = []
    start = 0
    for part in parts:
        rows = [row_of[labels] for labels in part.vector.labels]
        columns = slice(start, start + part.grid.count)
        values[rows, columns], present[rows, columns] = part.vector.values, part.vector.present
        around = (start, grid.count - start - part.grid.count)
        failures += [replace(each, steps=np.pad(each.steps, around)) for each in part.failures]
        doubts += [replace(each, steps=np.pad(each.steps, around)) for each in part.doubts]
        start += part.grid.count
    vector = Vector(tuple(row_of), values, present)
    return Outcome(parts[0].type, grid, vector, tuple(failures), doubts=tuple(doubts))


@dataclass(eq=False)
class Evaluation:
    """One expression over the steps of one grid; `ends` is what start() and end() mean."""

    plan: Plan
    store: Store
    look: Look
    grid: Grid
    ends: Mapping[str, int]

    def __post_init__(self) -> None:
        self.failures: list[Failure] = []
        self.doubts: list[Doubt] = []
        self.of_windows: dict[int, tuple[int, Vector]] = {}
        """What functions of ranges gave, by their ids, and how many will still ask for it."""

    @property
    def steps(self) -> int:
        return self.grid.count

    def outcome(self) -> Outcome:
        expr = self.plan.expr
        matrix: tuple[Series, ...] = ()
        vector, text = Vector.empty(self.steps), ""
        if expr.type is ValueType.SCALAR:
            vector = Vector.full(self.scalar(expr))
        elif expr.type is ValueType.VECTOR:
            vector = self.vector(expr).pruned()
        elif isinstance(expr, String):
            text = expr.value
        else:
            matrix = tuple(self._samples(self.ranges(expr)))
        failures, doubts = tuple(self.failures), tuple(self.doubts)
        return Outcome(expr.type, self.grid, vector, failures, text, matrix, doubts)

    def fail(self, steps: Bools, message: str, node: Expr) -> None:
        """Notes that `node` has no value at some steps."""
        self.failures.append(Failure(PromQLError(message, self.plan.text, *node.span), steps))

    def over(self, grid: Grid) -> "Evaluation":
        """The same over other steps."""
        return Evaluation(self.plan, self.store, self.look, grid, self.ends)

    # Scalars and strings

    def scalar(self, node: Expr) -> Floats:
        """The value of a scalar at each step."""
        match node:
            case Number(value):
                return np.asarray(alike(np.array(value), (self.steps,)))
            case Unary(op, inner):
                return -self.scalar(inner) if op == "-" else self.scalar(inner)
            case Binary(op, left, right):
                return _scalars(op, self.scalar(left), self.scalar(right))
            case Call():
                return functions.scalar(self, node)
        raise TypeError(f"{type(node).__name__} is no scalar")

    def string(self, node: Expr) -> str:
        assert isinstance(node, String)
        return node.value

    # Vectors

    def vector(self, node: Expr) -> Vector:
        """The instant vector at each step."""
        if self.plan.fixes_times and self.steps > 1 and is_fixed(node):
            return self._once(node)
        match node:
            case Selector():
                return self.instant(node)[0]
            case Unary(op, inner):
                return self._signed(op, self.vector(inner), node)
            case Binary():
                return self._binary(node)
            case Aggregation():
                return self._aggregation(node)
            case Call():
                return functions.vector(self, node)
        raise TypeError(f"{type(node).__name__} is no instant vector")

    def _once(self, node: Expr) -> Vector:
        """What is the same at every step is evaluated at one."""
        first = self.over(self.grid.part(0, 1))
        vector = first.vector(node)
        always = np.ones(self.steps, dtype=np.bool_)
        self.failures += [replace(each, steps=always) for each in first.failures]
        self.doubts += [replace(each, steps=always) for each in first.doubts]
        return vector.repeated(self.steps)

    def instant(self, node: Selector) -> tuple[Vector, Floats]:
        """The last sample of each series, and its time in seconds."""
        selected = self.select(node)
        self.refuse_size(len(selected.labels), self.steps, node)
        return self.look.instant(selected, self.moment(node.offset_ms, node.at))

    def select(self, node: Selector) -> Selected:
        selected = self.store.select(node, self.plan.semantics)
        if any(one.holds_histograms for one in selected.series):
            message = "this selects native histograms, which are not evaluated here"
            raise self.plan.refusal(message, node)
        return selected

    def moment(self, offset_ms: int, at: At) -> Moment:
        at_ms = self.ends[at] if isinstance(at, str) else at
        return Moment(self.grid, offset_ms, at_ms)

    def unique(self, vector: Vector, node: Expr) -> Vector:
        """Rows of the same labels as one; a failure where two have a sample."""
        result, clash = united(vector)
        if clash.any():
            self.fail(clash, SAME_LABELS, node)
        return result

    def _signed(self, op: str, vector: Vector, node: Expr) -> Vector:
        if op == "+":
            return vector
        labels = [nameless(labels) for labels in vector.labels]
        return self.unique(vector.map(np.negative, labels), node)

    def _binary(self, node: Binary) -> Vector:
        if node.left.type is ValueType.SCALAR:
            scalar, vector = self.scalar(node.left), self.vector(node.right)
            return self._with_scalar(node, vector, scalar, vector.values)
        left = self.vector(node.left)
        if node.right.type is ValueType.SCALAR:
            return self._with_scalar(node, left, left.values, self.scalar(node.right))
        right = self.vector(node.right)
        if node.op in SET_OPERATORS:
            assert node.matching is not None
            return self.unique(combine_sets(node, left, right, node.matching), node)

        def fail(steps: Bools, message: str) -> None:
            self.fail(steps, message, node)

        def compare(first: Floats, second: Floats, present: Bools) -> Bools:
            return self._compared(node, first, second, present)

        return combine(node, (left, right), self.plan.semantics, fail, compare)

    def _compared(self, node: Binary, left: Floats, right: Floats, present: Bools) -> Bools:
        """A comparison; where only rounding decides it, that is noted."""
        if is_rounded(node.left) or is_rounded(node.right):
            near = within_rounding(left, right) & present
            if near.any():
                self.doubts.append(Doubt(node.span, np.asarray(near.any(axis=0))))
        return COMPARISON[node.op](left, right)

    def _with_scalar(self, node: Binary, vector: Vector, left: Floats, right: Floats) -> Vector:
        labels = vector.labels
        if drops_name(node, self.plan.semantics):
            labels = tuple(nameless(each) for each in labels)
        if node.op not in COMPARISONS:
            values = np.asarray(ARITHMETIC[node.op](left, right))
            return self.unique(Vector(labels, values, vector.present), node)
        holds = self._compared(node, left, right, vector.present)
        if node.returns_bool:
            return self.unique(Vector(labels, holds.astype(np.float64), vector.present), node)
        return vector.filtered(holds)

    def _aggregation(self, node: Aggregation) -> Vector:
        vector, parameter = self.vector(node.expr), node.parameter
        if parameter is None:
            return aggregate.aggregate(node, vector, self.plan.semantics)
        if node.op == "quantile":
            return aggregate.quantile(node, vector, self.scalar(parameter))
        if node.op == "count_values":
            label = self.string(parameter)
            if not aggregate.is_label(label, utf8=self.plan.semantics.names_are_utf8):
                raise PromQLError(
                    f"{label!r} is no name of a label", self.plan.text, *parameter.span
                )
            return aggregate.count_values(node, vector, label)

        def fail(steps: Bools, message: str) -> None:
            self.fail(steps, message, parameter)

        most, semantics = self.scalar(parameter), self.plan.semantics
        return aggregate.ranked(node, vector, most, semantics, fail)

    # Ranges

    def ranges(self, node: Expr) -> Ranges:
        """The range vector: of a selector, or of a subquery."""
        if isinstance(node, Range):
            selector = node.selector
            selected = self.select(selector)
            self.refuse_size(len(selected.labels), self.steps, node)
            moment = self.moment(selector.offset_ms, selector.at)
            return Ranges(selected.labels, selected.live_blocks, moment, node.range_ms)
        assert isinstance(node, Subquery)
        return self._subquery(node)

    def _subquery(self, node: Subquery) -> Ranges:
        moment = self.moment(node.offset_ms, node.at)
        times = moment.times
        step = node.step_ms or self.plan.interval_ms
        start = int(times[0]) - node.range_ms
        # Steps lie at multiples of the step; the one exactly at the start counts up to 2.x.
        first = (
            (start // step + 1) * step
            if self.plan.semantics.left_open
            else -(-start // step) * step
        )
        count = (int(times[-1]) - first) // step + 1
        if count < 1:
            return Ranges((), [], moment, node.range_ms)
        self.refuse_size(1, count, node)
        below = self.over(Grid(first, step, count))
        vector = below.vector(node.expr)
        self.refuse_size(len(vector.labels), count, node)
        found = Ranges(vector.labels, as_blocks(vector, below.grid), moment, node.range_ms)
        self._carry(below, found)
        return found

    def _carry(self, below: "Evaluation", ranges: Ranges) -> None:
        """What failed at a step of a subquery fails every step whose window holds it; so too with
        what is in doubt."""
        bounds = self.look.bounds(below.grid.times, ranges.moment, ranges.range_ms)

        def carried(steps: Bools) -> Bools:
            before = np.concatenate([[0], np.cumsum(steps)])
            return np.asarray(before[bounds.last] > before[bounds.first])

        failures = [replace(each, steps=carried(each.steps)) for each in below.failures]
        self.failures += [each for each in failures if each.steps.any()]
        doubts = [replace(each, steps=carried(each.steps)) for each in below.doubts]
        self.doubts += [each for each in doubts if each.steps.any()]

    def _samples(self, ranges: Ranges) -> list[Series]:
        """The samples of a range vector at one instant."""
        found: list[tuple[int, Series]] = []
        for block in ranges.blocks:
            bounds = self.look.bounds(block.times, ranges.moment, ranges.range_ms)
            part = slice(int(bounds.first[0]), int(bounds.last[0]))
            for row, values in zip(block.rows, block.values, strict=True):
                series = Series(ranges.labels[row], block.times[part], values[part])
                found.append((row, series))
        return [
            series for _, series in sorted(found, key=lambda pair: pair[0]) if series.times.size
        ]

    def refuse_size(self, series: int, steps: int, node: Expr) -> None:
        if series * steps > MOST_CELLS:
            message = (
                f"{series} series at {steps} steps are more than the {MOST_CELLS} samples that are"
                " held at once: take a longer step, or a shorter range"
            )
            raise PromQLError(message, self.plan.text, *node.span)


def _scalars(op: str, left: Floats, right: Floats) -> Floats:
    if op in COMPARISONS:
        return COMPARISON[op](left, right).astype(np.float64)
    return np.asarray(ARITHMETIC[op](left, right))
