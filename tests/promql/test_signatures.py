"""The table of functions."""

from typing import Any

import promql_parser
import pytest

from opsready.promql.signatures import AGGREGATIONS, FUNCTIONS, REFUSED_CALLS, ValueType


def test_a_signature_says_how_many_arguments_it_takes() -> None:
    said = {name: FUNCTIONS[name].expected_count() for name in ("time", "rate", "clamp", "round")}
    assert said == {
        "time": "no argument",
        "rate": "1 argument",
        "clamp": "3 arguments",
        "round": "1 to 2 arguments",
    }
    assert FUNCTIONS["label_join"].expected_count() == "at least 3 arguments"


def test_the_last_parameter_of_label_join_repeats() -> None:
    label_join = FUNCTIONS["label_join"]
    assert [count for count in range(8) if label_join.accepts_count(count)] == [3, 4, 5, 6, 7]
    assert label_join.parameter(6) is ValueType.STRING


def test_nothing_is_both_evaluated_and_refused() -> None:
    assert not set(FUNCTIONS) & set(REFUSED_CALLS)
    assert not set(AGGREGATIONS) & set(REFUSED_CALLS)


EXAMPLES = {
    ValueType.SCALAR: "1",
    ValueType.VECTOR: "x",
    ValueType.MATRIX: "x[5m]",
    ValueType.STRING: '"a"',
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_oracle_knows_each_function_with_the_same_types(name: str) -> None:
    signature = FUNCTIONS[name]
    args = ", ".join(EXAMPLES[parameter] for parameter in signature.parameters)
    call: Any = promql_parser.parse(f"{name}({args})")
    returned = {"Scalar": ValueType.SCALAR, "Vector": ValueType.VECTOR}
    assert returned[str(call.func.return_type).rpartition(".")[2]] is signature.returns
