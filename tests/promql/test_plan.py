"""What is known of an expression before it is evaluated."""

import tracemalloc

import pytest

from opsready.promql.arrays import Grid
from opsready.promql.plan import plan
from opsready.promql.printer import print_expr
from tests.promql.samples import MINUTE_MS, engine, over


@pytest.mark.parametrize(
    ("expr", "shared"),
    [
        (
            'sum(rate(x{code="500"}[5m])) / sum(rate(x[5m]))',
            {
                'rate(x{code="500"}[5m])': ("rate(x[5m])", 2),
                "rate(x[5m])": ("rate(x[5m])", 2),
            },
        ),
        (
            'rate(x{a="1", b="2"}[5m]) / rate(x{b="2"}[5m]) / rate(x[5m])',
            {
                'rate(x{a="1", b="2"}[5m])': ("rate(x[5m])", 3),
                'rate(x{b="2"}[5m])': ("rate(x[5m])", 3),
                "rate(x[5m])": ("rate(x[5m])", 3),
            },
        ),
        ("rate(x[5m]) > 1 and rate(x[5m]) < 2", {"rate(x[5m])": ("rate(x[5m])", 2)}),
        ('rate(x{a="1"}[5m]) / rate(x{a="2"}[5m]) / rate(x{a!="1"}[5m])', {}),
        ('rate(x{a="1"}[5m]) / increase(x[5m]) / rate(x[1m]) / rate(y[5m])', {}),
        ('rate(x{a="1"}[5m]) / rate(x[5m] offset 1m) / rate(x[5m] @ 0)', {}),
        ('rate(x{a="1"}[5m:1m]) / rate(x[5m:1m])', {}),
        ('quantile_over_time(0.9, x{a="1"}[5m]) / quantile_over_time(0.5, x[5m])', {}),
    ],
)
def test_functions_that_ask_the_same_share_what_the_one_with_the_fewest_matchers_gives(
    expr: str, shared: dict[str, tuple[str, int]]
) -> None:
    made = plan(expr)
    calls = {id(node): node for node in made.nodes}
    found = {
        print_expr(calls[asked]): (print_expr(one.call), one.uses)
        for asked, one in made.shared.items()
    }
    assert found == shared


CODES = (
    'x{code="200",i="a"} 0+60x20',
    'x{code="200",i="b"} 7 30 95 _ 3 40 80 120 stale 1 2 3+9x10',
    'x{code="404",i="a"} 0+3x8 0+4x11',
    'x{code="500",i="a"} 0x10 1+7x9',
    'x{code="500",i="b"} _x5 0+0.1x14',
)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ('rate(x{code="500"}[5m])', "rate(x[5m])"),
        ('increase(x{code=~"200|500"}[3m])', "increase(x[3m])"),
        ('delta(x{code="200",i="b"}[4m])', 'delta(x{i="b"}[4m])'),
        ('avg_over_time(x{i="a"}[4m])', "avg_over_time(x[4m])"),
        ('last_over_time(x{code!="404"}[2m])', "last_over_time(x[2m])"),
        ('rate(x{code="301"}[5m])', "rate(x[5m])"),
        ("rate(x[5m])", "rate(x[5m])"),
    ],
)
@pytest.mark.parametrize("order", ["narrow first", "wide first"])
def test_what_is_found_with_more_series_is_what_is_found_alone(
    narrow: str, wide: str, order: str
) -> None:
    series = engine(*CODES)
    marked = f'label_replace({narrow}, "of", "narrow", "", "")'
    asked = f"{marked} or {wide}" if order == "narrow first" else f"{wide} or {marked}"
    assert over(series, asked, 20) == over(series, marked, 20) | over(series, wide, 20)


def test_what_is_put_together_of_a_function_leaves_it_as_it_is_for_others() -> None:
    """Dropping the label joins rows that are there by turns, and the other side reads them too."""
    series = engine('x{i="a"} 0+1x5 _x10', 'x{i="b"} _x8 0+2x8')
    bare = 'label_replace(rate(x[2m]), "i", "", "", "")'
    assert over(series, f"rate(x[2m]) or {bare}", 15) == (
        over(series, "rate(x[2m])", 15) | over(series, bare, 15)
    )
    assert over(series, f"{bare} or rate(x[2m])", 15) == (
        over(series, "rate(x[2m])", 15) | over(series, bare, 15)
    )


def test_what_is_shared_is_held_only_until_the_last_has_asked_for_it() -> None:
    steps = 50_000
    series = engine(f'x{{code="500"}} 0+1x{steps}', f'x{{code="200"}} 0+9x{steps}')

    def peak(*windows: int) -> int:
        ratios = (f'sum(rate(x{{code="500"}}[{w}m])) / sum(rate(x[{w}m]))' for w in windows)
        made, grid = plan(" + ".join(ratios)), Grid(0, MINUTE_MS, steps)
        series.evaluate(made, grid)  # what is known of the times is kept, and not asked about here
        tracemalloc.start()
        series.evaluate(made, grid)
        largest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return largest

    of_a_row = 8 * steps
    assert peak(*range(5, 15)) < peak(5, 6) + of_a_row
