"""A verdict as a machine reads it."""

import json

from opsready.report.verdict_json import verdict_fields
from opsready.spec.origin import Basis, Conflict, Origin
from opsready.verdict.criterion import Status
from opsready.verdict.weakening.weakening import Kind, Weakening
from tests.verdict.build import make_judged, make_proof, make_verdict


def test_the_fields_are_those_of_the_design_and_a_few_more() -> None:
    origin = Origin(Basis.ASSUMED, "the usual one")
    verdict = make_verdict(
        make_judged(Status.UNMET, id="OPS-2", must="No secrets", reasons=("a.py:1 one", "two")),
        proofs=(make_proof("it_runs"),),
        assumptions=(("runtime.workers", 1, origin),),
        missing=("discovery",),
        conflicts=(Conflict("runtime.port", "80", "8000", origin),),
    )
    fields = verdict_fields(verdict)
    assert fields["scope"].startswith("tried on this machine and held: it runs. Not shown: ")
    assert fields["shown"] == ["it runs"]
    del fields["scope"], fields["shown"], fields["not_shown"]
    assert fields == {
        "ready": False,
        "next": "mend OPS-2: a.py:1 one",
        "criteria": [
            {
                "id": "OPS-2",
                "must": "No secrets",
                "status": "unmet",
                "rung": "claimed",
                "needs": "checked",
                "evidence": [],
                "why": "a.py:1 one; two",
                "by": [],
                "todo": [],
                "instead": None,
                "path": None,
                "line": None,
            }
        ],
        "assumptions": [{"key": "runtime.workers", "value": 1, "why": "the usual one"}],
        "missing_inputs": ["discovery"],
        "conflicts": [{"key": "runtime.port", "stated": "80", "inferred": "8000"}],
    }
    assert json.dumps(fields)


def test_weakenings_are_there_where_somebody_asked_for_them() -> None:
    verdict = make_verdict(make_judged())
    assert "weakened" not in verdict_fields(verdict)
    assert verdict_fields(verdict, [])["weakened"] == []
    weakening = Weakening(Kind.ALERT, "alert Errors", "> 0.01", "gone")
    assert verdict_fields(verdict, [weakening])["weakened"] == [
        {
            "kind": "alert",
            "what": "alert Errors",
            "before": "> 0.01",
            "after": "gone",
            "path": None,
            "line": None,
        }
    ]
