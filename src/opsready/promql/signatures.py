"""The functions and aggregations of PromQL as data: what they take and what they give.

As of Prometheus 3.14. Experimental functions are known by name, so that they can be refused
with a reason instead of being called unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ValueType(StrEnum):
    """What an expression yields, in the words of the Prometheus documentation."""

    SCALAR = "scalar"
    VECTOR = "instant vector"
    MATRIX = "range vector"
    STRING = "string"

    @property
    def phrase(self) -> str:
        """With its article: `an instant vector`."""
        return f"{'an' if self is ValueType.VECTOR else 'a'} {self}"


@dataclass(frozen=True)
class Signature:
    """A function: `parameters` are all it knows, of which the first `required` must be given.

    `repeats` says that the last parameter may be given any number of times.
    """

    name: str
    parameters: tuple[ValueType, ...]
    returns: ValueType
    required: int
    repeats: bool = False

    def parameter(self, index: int) -> ValueType:
        """The type of the argument at `index`, counted from 0."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def accepts_count(self, count: int) -> bool:
        return self.required <= count and (self.repeats or count <= len(self.parameters))

    def expected_count(self) -> str:
        """How many arguments the function takes, in words."""
        most = len(self.parameters)
        if self.repeats:
            return f"at least {self.required} arguments"
        if self.required < most:
            return f"{self.required} to {most} arguments"
        return f"{most} argument{'s' * (most != 1)}" if most else "no argument"


_SCALAR, _VECTOR, _MATRIX, _STRING = ValueType


def _taking(
    parameters: tuple[ValueType, ...], names: str, *, optional: int = 0, repeats: bool = False
) -> dict[str, Signature]:
    required = len(parameters) - optional
    return {name: Signature(name, parameters, _VECTOR, required, repeats) for name in names.split()}


FUNCTIONS: Mapping[str, Signature] = {
    **_taking(
        (_VECTOR,),
        "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor"
        " histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum"
        " ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp",
    ),
    **_taking(
        (_MATRIX,),
        "absent_over_time avg_over_time changes count_over_time delta deriv idelta increase"
        " irate last_over_time max_over_time min_over_time present_over_time rate resets"
        " stddev_over_time stdvar_over_time sum_over_time",
    ),
    **_taking(
        (_VECTOR,),
        "day_of_month day_of_week day_of_year days_in_month hour minute month year",
        optional=1,
    ),
    **_taking((_VECTOR, _SCALAR, _SCALAR), "clamp"),
    **_taking((_VECTOR, _SCALAR), "clamp_max clamp_min"),
    **_taking((_VECTOR, _SCALAR), "round", optional=1),
    **_taking((_MATRIX, _SCALAR), "predict_linear"),
    **_taking((_SCALAR, _MATRIX), "quantile_over_time"),
    **_taking((_SCALAR, _VECTOR), "histogram_quantile"),
    **_taking((_SCALAR, _SCALAR, _VECTOR), "histogram_fraction"),
    **_taking((_VECTOR, _STRING, _STRING, _STRING, _STRING), "label_replace"),
    **_taking((_VECTOR, _STRING, _STRING, _STRING), "label_join", optional=1, repeats=True),
    **_taking((_SCALAR,), "vector"),
    "pi": Signature("pi", (), _SCALAR, 0),
    "scalar": Signature("scalar", (_VECTOR,), _SCALAR, 1),
    "time": Signature("time", (), _SCALAR, 0),
}

REMOVED: Mapping[str, Signature] = _taking((_MATRIX, _SCALAR, _SCALAR), "holt_winters")
"""Functions of Prometheus 2 that 3 does not have."""


def signature_of(name: str) -> Signature:
    """The signature of a function that is known, removed ones among them."""
    return FUNCTIONS.get(name) or REMOVED[name]


AGGREGATIONS: Mapping[str, ValueType | None] = {
    **dict.fromkeys(("sum", "avg", "count", "min", "max", "group", "stddev", "stdvar")),
    **dict.fromkeys(("topk", "bottomk", "quantile"), _SCALAR),
    "count_values": _STRING,
}
"""Each aggregation, with the type of the parameter that comes before the vector, if any."""

_EXPERIMENTAL = "is experimental in Prometheus 3, and is not evaluated here"
_EXPERIMENTAL_CALLS = (
    *("limitk", "limit_ratio"),  # aggregations
    *("first_over_time", "mad_over_time", "double_exponential_smoothing", "integral"),
    *("ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time"),
    *("ts_of_min_over_time", "histogram_quantiles", "info", "sort_by_label"),
    *("sort_by_label_desc", "start", "end", "range", "step", "min_of", "max_of"),
)
REFUSED_CALLS: Mapping[str, str] = {
    **{name: f"{name}() {_EXPERIMENTAL}" for name in _EXPERIMENTAL_CALLS},
    **{
        name: f"the modifier {name} {_EXPERIMENTAL}" for name in ("fill", "fill_left", "fill_right")
    },
    "holt_winters": "holt_winters() was removed in Prometheus 3, where its successor"
    " double_exponential_smoothing() is experimental",
}
"""What is written like a call and not evaluated here, each with the reason."""
