"""Bad input of the evaluator, and what it must not cost."""

import subprocess
import sys

import numpy as np
import pytest

from opsready.promql import PromQLError, Refused
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.labels import labels_of
from opsready.promql.plan import plan
from opsready.promql.semantics import SEMANTICS
from opsready.promql.series import Series, Store
from tests.promql.samples import MINUTE_MS, at, engine, over

X = labels_of({"__name__": "x", "job": "a"})


@pytest.mark.parametrize(
    ("times", "values", "why"),
    [
        ([0, 2, 1], [1, 2, 3], 'x{job="a"} has a sample out of order at 1 ms'),
        ([0, 1, 1], [1, 2, 3], 'x{job="a"} has two samples at 1 ms'),
        ([0, 1], [1, 2, 3], 'x{job="a"} needs as many values as times'),
    ],
)
def test_samples_that_are_no_series_are_refused(
    times: list[int], values: list[float], why: str
) -> None:
    with pytest.raises(ValueError, match="^" + why.replace("{", "\\{") + "$"):
        Series.of(X, times, values)


def test_a_series_that_is_added_again_must_go_on_where_it_ended() -> None:
    store = Store([Series.of(X, [0, 1], [1, 2])])
    with pytest.raises(ValueError, match="has two samples at 1 ms"):
        store.add(Series.of(X, [1, 2], [1, 2]))
    store.add(Series.of(X, [2], [3]))
    assert [one.values.tolist() for one in store] == [[1, 2, 3]]


def test_an_error_of_evaluation_shows_its_place_as_the_parser_does() -> None:
    series = engine('x{i="1"} 1', 'x{i="2"} 1', "y 1")
    with pytest.raises(PromQLError) as failed:
        at(series, "2 * (y + on () x)", 0)
    assert failed.value.caret() == "2 * (y + on () x)\n     ^^^^^^^^^^^"


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("nosuch(x)", "there is no function nosuch"),
        ("topk(NaN, x)", "topk needs a whole number of series, and has nan"),
        ('count_values("a b", x)', "'a b' is no name of a label"),
        ('label_replace(x, "a b", "", "", "")', "'a b' is no name of a label"),
        ('label_replace(x, "a", "", "a", "(")', r"the regular expression has a \( without \)"),
        ('label_join(x, "a", "", "b c")', "'b c' is no name of a label"),
        ("sum_over_time(x[10y:1ms])", "are more than the 134217728 samples"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error(expr: str, why: str) -> None:
    with pytest.raises(PromQLError, match=why):
        at(engine("x 1"), expr, 0, "2.55")


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("histogram_count(x)", "works on native histograms"),
        ("info(x)", "is experimental"),
        ("x[5m] anchored", "is experimental"),
        ("limitk(1, x)", "is experimental"),
    ],
)
@pytest.mark.parametrize("version", SEMANTICS)
def test_what_is_not_done_is_refused(expr: str, why: str, version: str) -> None:
    with pytest.raises(Refused, match=why):
        plan(expr, SEMANTICS[version])


@pytest.mark.parametrize(
    ("start", "end", "step", "why"),
    [(0, 10, 0, "the step must be at least one"), (10, 0, 1, "the end lies before the start")],
)
def test_a_range_that_is_none_is_refused(start: int, end: int, step: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        engine("x 1").range(plan("x"), start, end, step)


def test_a_range_query_takes_no_range_vector() -> None:
    with pytest.raises(PromQLError, match="not a range vector"):
        engine("x 1").range(plan("x[5m]"), 0, 10, 1)


@pytest.mark.parametrize(
    "expr",
    [
        *("x", "x + x", "x and x", "sort(x)", "sum(x)", "topk(1, x)", "quantile(0.5, x)"),
        *("rate(x[5m])", "max_over_time(x[5m:])", "histogram_quantile(0.5, x)"),
        'count_values("v", x)',
    ],
)
def test_nothing_selected_gives_nothing(expr: str) -> None:
    assert over(engine(), expr, 3) == {}


@pytest.mark.parametrize("expr", ["absent(x)", "absent_over_time(x[5m])"])
def test_what_is_absent_is_said_at_every_step(expr: str) -> None:
    assert over(engine(), expr, 1) == {"{}": [1, 1]}


def test_a_series_of_nothing_but_marks_is_nothing() -> None:
    assert over(engine("x stale stale"), "count_over_time(x[5m])", 2) == {}


def test_series_of_a_target_share_where_their_windows_lie() -> None:
    series = engine(*(f'x{{i="{i}"}} 0+{i}x100' for i in range(50)))
    selected = series.store.select(plan("x").expr)  # type: ignore[arg-type]
    assert [block.values.shape for block in selected.live_blocks] == [(50, 101)]


def test_what_is_kept_between_expressions_is_bounded() -> None:
    from opsready.promql.selection import Kept

    kept = Kept(most_bytes=100)
    for key in range(10):
        kept.keep(key, key, 30, None)
    assert [key for key in range(10) if kept.get(key) is not None] == [7, 8, 9]


def test_many_expressions_over_a_long_range_take_no_more_memory_than_a_few() -> None:
    times = np.arange(2_000) * MINUTE_MS
    store = Store([Series.of(X, times, np.arange(2_000.0))])
    together = Engine(store)
    for window in range(1, 300):
        together.evaluate(plan(f"rate(x[{window}m])"), Grid(0, MINUTE_MS, 2_000))
    assert together.kept.size <= 128 << 20


@pytest.mark.parametrize("command", ["--version", "review .", "verdict ."])
def test_numpy_is_imported_only_by_what_evaluates(command: str, tmp_path: object) -> None:
    program = (
        "import sys; from opsready.cli.main import run_command;"
        f" run_command({command.split()!r}); sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=str(tmp_path), capture_output=True)
    assert done.returncode == 0
