"""Scripts of load, clear and eval: what is read, what passes, what is said of the rest."""

import pytest

from opsready.promql.script.notation import read_labels, read_series
from opsready.promql.script.run import run_script
from opsready.promql.script.statements import ScriptError, milliseconds, read_script
from opsready.promql.semantics import SEMANTICS

LOAD = 'load 1m\n  x 1 2 3\n  y{a="b"} 0+1x3\n\n'


def verdict(statement: str, expected: str = "") -> str:
    """What comes of one statement over LOAD: passed, or why not."""
    report = run_script(f"{LOAD}{statement}\n{expected}\n")
    noted = [f"failed: {each.why}" for each in report.failed]
    noted += [f"refused: {each.why}" for each in report.refused]
    return noted[0] if noted else f"{report.passed} passed"


@pytest.mark.parametrize(
    ("statement", "expected", "said"),
    [
        ("eval instant at 1m x", "  x 2", "1 passed"),
        ("eval instant at 1m x", "  x 2.0000001", "1 passed"),
        ("eval instant at 1m x", "  x 2.1", "failed: x: expected 2.1, got 2"),
        ("eval instant at 1m x", '  x{a="b"} 2', 'failed: x{a="b"} is missing; got x 2'),
        ("eval instant at 1m x", "", "failed: not expected: x 2"),
        ("eval instant at 1m x > 9", "", "1 passed"),
        ("eval instant at 1m 1 + 1", "  2", "1 passed"),
        ("eval instant at 1m 1 + 1", "  3", "failed: expected the scalar 3, got {} 2"),
        ("eval instant at 1m vector(2)", "  2", "failed: expected the scalar 2, got {} 2"),
        ("eval range from 0 to 3m step 1m x", "  x 1 2 3 3", "1 passed"),
        (
            "eval range from 0 to 3m step 1m x",
            "  x 1 2 3",
            "failed: x: expected 1 2 3 _, got 1 2 3 3",
        ),
        ("eval range from 0 to 2m step 1m x > 1", "  x _ 2 3", "1 passed"),
        (
            'eval_ordered instant at 2m sort_desc({__name__=~"x|y"})',
            '  x 3\n  y{a="b"} 2',
            "1 passed",
        ),
        (
            'eval_ordered instant at 2m sort({__name__=~"x|y"})',
            '  x 3\n  y{a="b"} 2',
            'failed: the order is y{a="b"}, x',
        ),
        ('eval_fail instant at 1m x + on () {a=~".*",__name__=~".*"}', "", "1 passed"),
        ("eval_fail instant at 1m x", "", "failed: it must fail, and gives a result"),
        (
            'eval instant at 1m {a=~"("}',
            "  x 1",
            "failed: it fails: line 1, column 2: the regular expression has a ( without )",
        ),
        (
            "eval instant at 1m x",
            "  expect fail msg: in their words",
            "failed: it must fail, and gives a result",
        ),
        ('eval instant at 1m "text"', "  expect string `text`", "1 passed"),
        (
            'eval instant at 1m "text"',
            "  expect string `other`",
            "failed: expected 'other', got 'text'",
        ),
        (
            "eval instant at 2m x[2m]",
            "  expect range vector from 1m to 2m step 1m\n  x 2 3",
            "1 passed",
        ),
        (
            "eval instant at 1m limitk(1, x)",
            "  x 2",
            "refused: limitk() is experimental in Prometheus 3, and is not evaluated here",
        ),
        (
            "eval instant at 1m histogram_sum(x)",
            "",
            "refused: histogram_sum() works on native histograms, which are not evaluated here",
        ),
        (
            "eval instant at 1m x",
            "  x {{schema:0}}",
            "refused: its result holds native histograms, not evaluated here",
        ),
        ("eval instant at 1m z", "  expect no_warn\n  expect info", "1 passed"),
    ],
)
def test_what_comes_of_a_statement(statement: str, expected: str, said: str) -> None:
    assert verdict(statement, expected) == said


def test_clear_forgets_and_a_second_load_appends() -> None:
    loads = "load 1m\n x 1\n\nload 1m\n x _ 2\n\neval instant at 1m x\n x 2\n\n"
    report = run_script(f"{loads}clear\n\neval instant at 1m x\n")
    assert (report.passed, report.failed) == (2, [])


def test_buckets_loaded_with_nhcb_are_native_histograms_too() -> None:
    buckets = 'load_with_nhcb 1m\n  lag_bucket{le="1"} 2\n  lag_bucket{le="+Inf"} 4\n\n'
    report = run_script(
        f"{buckets}eval instant at 0 histogram_quantile(0.5, lag_bucket)\n  {{}} 1\n\n"
        "eval instant at 0 histogram_quantile(0.5, lag)\n  {} 1\n"
    )
    why = "this selects native histograms, which are not evaluated here"
    assert (report.passed, [noted.why for noted in report.refused]) == (1, [why])


def test_a_failed_statement_is_named_with_its_line() -> None:
    report = run_script(f"{LOAD}# a remark\neval instant at 1m x\n  x 7\n")
    (noted,) = report.failed
    assert (noted.line, noted.statement) == (6, "eval instant at 1m x")


def test_holt_winters_is_read_in_the_semantics_of_2_and_refused_in_3() -> None:
    script = "load 1m\n  x 0+1x9\n\neval instant at 9m holt_winters(x[5m], 0.5, 0.5)\n  {} 9\n"
    counts = {
        version: (report.passed, len(report.refused))
        for version, report in ((each, run_script(script, SEMANTICS[each])) for each in SEMANTICS)
    }
    assert counts == {
        "2.42": (1, 0),
        "2.51": (1, 0),
        "2.55": (1, 0),
        "3.0": (0, 1),
        "3.5": (0, 1),
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lod 5m\n", "line 1: 'lod' is no statement: load, clear or eval"),
        ("\nload 5x\n  x 1\n", "line 2: a duration has whole numbers"),
        ("load 5m\n  x 1 two\n", "line 2: 'two' is no value: 1, 1x3, 1+2x3, _, _x3 or stale"),
        ("load 5m\n  x 1+2\n", "line 2: '1+2' needs to say how often: 1+2x5"),
        ("load 5m\n  x 1x99999999999\n", "line 2: more than 10000000 values in one series"),
        (
            'load 5m\n  x{a=~"b"} 1\n',
            "line 2: 'x{a=~\"b\"}' is no metric: its labels need values by =",
        ),
        (
            'load 5m\n  x{a="b" 1\n',
            "line 2: 'x{a=\"b\" 1' does not start with a metric and a space",
        ),
        ("load 5m\n  x 1\n\nload 5m\n  x 2\n", "line 4: x has two samples at 0 ms"),
        (
            "eval instant at 5m\n",
            "line 1: eval needs a time and an expression: eval instant at 5m EXPR,"
            " or eval range from 0 to 5m step 1m EXPR",
        ),
        ("eval_fail range from 0 to 5m x\n", "line 1: eval_fail needs a time and an expression"),
        ("load\n  x 1\n", "line 1: load needs the time of a step: load 5m"),
    ],
)
def test_a_text_that_is_no_script_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ScriptError) as refused:
        run_script(text)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ("1 2.5 -3e2 .5", (1, 2.5, -300, 0.5)),
        ("_ _x2 1", (None, None, None, 1)),
        ("1x2", (1, 1, 1)),
        ("1+2x2 1-2x1", (1, 3, 5, 1, -1)),
        ("-1-1x1", (-1, -2)),
        ("stale 1", ("stale", 1)),
        ("Inf -inf +Inf", (float("inf"), -float("inf"), float("inf"))),
        ("{{schema:0 sum:1}} {{count:2}}x1", ("histogram", "histogram", "histogram")),
        ("", ()),
    ],
)
def test_the_values_of_a_series(values: str, read: tuple[object, ...]) -> None:
    assert read_series(f"x {values}").values == read


def test_the_labels_of_a_series() -> None:
    assert read_labels("up{job=\"a b\", z='}'}") == (("__name__", "up"), ("job", "a b"), ("z", "}"))
    assert read_labels("{}") == read_labels("{ }") == ()
    assert read_labels('{"a.b", "c d"="e"}') == (("__name__", "a.b"), ("c d", "e"))


def test_times_are_durations_or_seconds() -> None:
    found = [milliseconds(text) for text in ("5m", "1h30m", "90", "0.5", "-10s", "0")]
    assert found == [300_000, 5_400_000, 90_000, 500, -10_000, 0]


def test_a_comment_ends_what_belongs_to_a_statement() -> None:
    first, second = read_script("load 1m\n  x 1\n# and\neval instant at 0 x\n  x 1\n")
    assert (first.line, second.line) == (1, 4)
