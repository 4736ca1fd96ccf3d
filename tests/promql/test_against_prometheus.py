"""The evaluator against a real Prometheus, on range queries over made histories.

Not run where the server is missing or of a version that is none of these. Debian's packages
`prometheus` have 2.42 (bookworm), 2.53 (trixie) and 3.5 (forky); the one on PATH is asked.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.promql import PromQLError
from opsready.promql.evaluate import Engine
from opsready.promql.plan import plan
from opsready.promql.semantics import DEFAULT, SEMANTICS
from opsready.promql.series import Store
from tests.promql.edges import EDGES, FRACTIONS
from tests.promql.edges_of_grammar import GRAMMAR
from tests.promql.histories import SCRAPE_MS, START_MS, history
from tests.promql.prometheus_server import Failed, Rows, Server, serving, ulps, version
from tests.promql.questions import EXACT, NEAR
from tests.promql.random_expressions import expression

SEMANTICS_OF_SERVERS = {"2.42": "2.42", "2.53": "2.51", "3.5": "3.5"}
KNOWN = SEMANTICS.get(SEMANTICS_OF_SERVERS.get(version(), ""), DEFAULT)
FAILS_HERE = {"2.51": {'label_join(load, "instance", "", "nope")'}}
"""Where 2.51 to 3.2 gave two series of the same labels, which is no vector."""
NEAR_ULPS = 4  # Go's own exp, tan, asin …, up to two roundings away on either side
NEAR_ZERO = 1e-15
pytestmark = [
    pytest.mark.skipif(
        version() not in SEMANTICS_OF_SERVERS,
        reason=f"needs prometheus and promtool of {', '.join(SEMANTICS_OF_SERVERS)}",
    ),
    pytest.mark.xdist_group("prometheus"),
]
# A minute before the first sample to ten after the last, at steps that fall beside the scrapes.
SPAN = (START_MS - 60_000, START_MS + 1_000 * SCRAPE_MS, 47_000)


@pytest.fixture(scope="module", params=[1, 2])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Engine]]:
    series = history(request.param)
    folder: Path = tmp_path_factory.mktemp("prometheus")
    with serving(series, folder) as server:
        yield server, Engine(Store(series))


def ours(engine: Engine, expr: str) -> Rows:
    outcome = engine.range(plan(expr, KNOWN), *SPAN)
    vector, times = outcome.vector, outcome.grid.times.tolist()
    return {
        labels: {at: value for at, value, there in zip(times, *row, strict=True) if there}
        for labels, *row in zip(
            vector.labels, vector.values.tolist(), vector.present.tolist(), strict=True
        )
    }


def assert_same(both: tuple[Server, Engine], expr: str, most_ulps: int) -> None:
    server, engine = both
    if expr in FAILS_HERE.get(KNOWN.version, ()):
        with pytest.raises(PromQLError, match="the same labels"):
            ours(engine, expr)
        return
    try:
        wanted = server.range(expr, *SPAN)
    except Failed:
        with pytest.raises(PromQLError):
            ours(engine, expr)
        return
    got = ours(engine, expr)
    assert {labels: list(row) for labels, row in got.items()} == {
        labels: list(row) for labels, row in wanted.items()
    }, expr
    pairs = [(wanted[labels][at], got[labels][at]) for labels in wanted for at in wanted[labels]]
    if most_ulps:  # near zero the rest of a sine or a tangent is all that is left
        pairs = [pair for pair in pairs if not abs(pair[0] - pair[1]) < NEAR_ZERO]
    assert max((ulps(*pair) for pair in pairs), default=0) <= most_ulps, expr


@pytest.mark.parametrize("expr", EXACT)
def test_the_value_is_the_same_to_the_last_bit(both: tuple[Server, Engine], expr: str) -> None:
    assert_same(both, expr, 0)


@pytest.mark.parametrize("expr", NEAR)
def test_the_value_of_a_transcendental_function_is_near(
    both: tuple[Server, Engine], expr: str
) -> None:
    assert_same(both, expr, NEAR_ULPS)


AT_THE_EDGES = EDGES + GRAMMAR + FRACTIONS * KNOWN.fractions_of_buckets
AT_A_TIME = 20  # a test each would take longer than the expression


@pytest.mark.parametrize("first", range(0, len(AT_THE_EDGES), AT_A_TIME))
def test_the_edges_are_the_same(both: tuple[Server, Engine], first: int) -> None:
    for expr in AT_THE_EDGES[first : first + AT_A_TIME]:
        assert_same(both, expr, NEAR_ULPS)


@pytest.mark.parametrize("seed", range(120))
def test_random_expressions_give_the_same(both: tuple[Server, Engine], seed: int) -> None:
    made = expression(random.Random(seed))
    assert_same(both, made.text, NEAR_ULPS if made.near else 0)
