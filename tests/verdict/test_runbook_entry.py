"""An entry is judged by its own rehearsal, whatever came of the others."""

from typing import Any

import pytest

from opsready.rehearsal.proof import Proof, Result
from opsready.verdict.runbook_entry import alone

WHOLE = {"entry": "Restart", "path": "docs/runbooks/restart.md", "rung": "rehearsed"}
WHOLE |= {"commands": 2, "rehearsed": 2, "otherwise": {}, "not_run": {}}
PART = {**WHOLE, "entry": "Cache flush", "path": "docs/runbooks/cache.md", "rung": "claimed"}
PART |= {"rehearsed": 1, "not_run": {"docs/runbooks/cache.md:3 redis-cli info": "no such program"}}
WRONG = {**WHOLE, "entry": "Database failover", "path": "docs/runbooks/db.md", "rung": "claimed"}
WRONG |= {"rehearsed": 1, "otherwise": {"docs/runbooks/db.md:3 psql": "it ended with 1"}}


def proof(result: Result, *entries: dict[str, Any], open: str = "") -> Proof:
    evidence = {"entries": list(entries), **({"open": open} if open else {})}
    return Proof("runbook_diagnosis_runs", "they run", result, "2 of 3 ran", evidence)


@pytest.mark.parametrize(
    ("named", "result", "why"),
    [
        (["service restart"], Result.HELD, ""),
        (["cache flush"], Result.NOT_RUN, '1 of 2 commands of "Cache flush" ran: no such program'),
        (["database failover"], Result.BROKE, "docs/runbooks/db.md:3 psql: it ended with 1"),
        (
            ["service restart", "cache flush"],
            Result.NOT_RUN,
            '1 of 2 commands of "Cache flush" ran: no such program',
        ),
        (["certificate rotation"], Result.BROKE, "2 of 3 ran"),
    ],
)
def test_an_entry_has_the_result_of_its_own_commands(
    named: list[str], result: Result, why: str
) -> None:
    narrowed = alone(*named)(proof(Result.BROKE, WHOLE, PART, WRONG))
    assert (narrowed.result, narrowed.why) == (result, why)


def test_one_that_was_not_run_whole_still_holds_for_the_entry_that_was() -> None:
    known = proof(Result.NOT_RUN, WHOLE, PART, open="2 of 3 ran")
    assert alone("service restart")(known).result is Result.HELD


def test_a_stale_proof_says_nothing_of_any_entry() -> None:
    stale = proof(Result.NOT_RUN, WHOLE, open="2 of 3 ran").unproven("restart.md changed")
    assert alone("service restart")(stale) == stale
