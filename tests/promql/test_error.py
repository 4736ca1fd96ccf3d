"""How a fault is shown."""

import pickle

import pytest

from opsready.promql import PromQLError, Refused, parse


def fault_of(text: str) -> PromQLError:
    with pytest.raises(PromQLError) as caught:
        parse(text)
    return caught.value


def test_a_fault_names_its_line_and_column() -> None:
    fault = fault_of("sum by (job) (\n  rate(errors_total)\n)")
    assert (fault.line, fault.column) == (2, 8)
    assert str(fault) == (
        "line 2, column 8: rate() takes a range vector, and this is an instant vector;"
        " give it a window: x[5m]"
    )


def test_carets_stand_under_the_offending_text() -> None:
    assert fault_of("sum by (job) (\n  rate(errors_total)\n)").caret() == (
        "  rate(errors_total)\n"
        "       ^^^^^^^^^^^^"
    )  # fmt: skip


def test_the_caret_keeps_below_a_line_that_is_indented_by_tabs() -> None:
    assert fault_of("1 +\n\tup ? 2").caret() == "\tup ? 2\n\t   ^"


def test_a_fault_at_the_end_stands_behind_the_last_letter() -> None:
    fault = fault_of("up ==  \n\n")
    assert (fault.line, fault.column) == (1, 6)
    assert fault.caret() == "up ==  \n     ^"


def test_a_bracket_that_is_not_closed_is_shown_where_it_opens() -> None:
    fault = fault_of("sum(rate(x[5m])")
    assert fault.message == "expected an operator, a comma or ')': this '(' is not closed"
    assert fault.caret() == "sum(rate(x[5m])\n   ^"


def test_of_a_very_long_line_only_the_neighbourhood_is_shown() -> None:
    shown, carets = fault_of("x + " * 60 + "?" + " + x" * 60).caret().splitlines()
    assert shown == "…" + "x + " * 20 + "?" + " + x" * 19 + " + …"
    assert carets == " " * 81 + "^"


def test_a_fault_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    fault = fault_of("abs(x,\n  y)")
    assert fault.caret() == "abs(x,\n^^^^^^"


def test_a_fault_survives_the_way_between_processes() -> None:
    fault = pickle.loads(pickle.dumps(fault_of("up ==")))
    assert (type(fault), str(fault)) == (PromQLError, str(fault_of("up ==")))


def test_a_refusal_is_a_fault_of_its_own_kind() -> None:
    assert type(fault_of("limitk(2, x)")) is Refused
    assert isinstance(fault_of("limitk(2, x)"), PromQLError)
