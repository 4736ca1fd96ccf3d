"""A clause in, the objective that it promises out."""

import pytest

from opsready.documents.objective import Objective, objective_in


@pytest.mark.parametrize(
    ("clause", "objective"),
    [
        ("p95 under 300 ms", Objective("latency", "p95 within 300 ms", 95, 0.3)),
        ("99% of reads within 1 s", Objective("latency", "99% within 1 s", 99, 1)),
        ("99.9 % of calls succeed", Objective("availability", "99.9 %", 99.9)),
        ("errors below 0.5 %", Objective("error_rate", "below 0.5 %", 0.5)),
        ("sustains 20 rps", Objective("throughput", "20 rps", per_second=20)),
    ],
)
def test_what_a_clause_promises(clause: str, objective: Objective) -> None:
    assert objective_in(clause) == objective


@pytest.mark.parametrize(
    ("clause", "kind"),
    [("99.9 %", "availability"), ("p95 300 ms", "latency"), ("errors 1 %", "error_rate")],
)
def test_a_bare_figure_promises_only_where_its_place_does(clause: str, kind: str) -> None:
    assert objective_in(clause) is None
    promised = objective_in(clause, is_promise=True)
    assert promised is not None
    assert (promised.kind, promised.is_explicit) == (kind, False)


@pytest.mark.parametrize(
    "clause",
    [
        "p95 above 300 ms",
        "error rate > 1 %",
        "100 % availability",
        "120 requests/minute per IP",
        "CPU below 80 %",
        "p95 under 300 ms and p99 under 1 s",
        "",
    ],
)
def test_no_place_makes_a_promise_of_these(clause: str) -> None:
    assert objective_in(clause, is_promise=True) is None
