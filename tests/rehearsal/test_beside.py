"""Probes that run beside the others, and what becomes of them when somebody ends the rehearsal."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, Result, held
from opsready.rehearsal.rehearse import rehearse
from opsready.rehearsal.stage.process import Command, run_to_end
from opsready.rehearsal.stage.trouble import Ended
from tests.build import make_spec
from tests.rehearsal.build import make_tree

pytestmark = pytest.mark.usefixtures("stages")

WITHIN_S = 20


def make_probe(id: str, run: Callable[[Rehearsal], Outcome], *, beside: bool = False) -> Probe:
    return Probe(id, f"{id} is true", (), (), run, beside=beside)


def sleeping(rehearsal: Rehearsal, ended: threading.Event) -> Outcome:
    """Waits for a command, as a probe waits for an apply, and would start another."""
    stage = rehearsal.stage
    environment = {"PATH": "/usr/bin:/bin"}
    for _ in range(2):
        try:
            stage.refuse_when_over()
            command = Command("sleep", ["sleep", "60"], stage.directory, environment, stage.name)
            run_to_end(command, 60)
        except Ended:
            ended.set()
            raise
    return held({})


def test_it_runs_while_the_others_do_and_its_proof_has_its_place(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=WITHIN_S)

    def meets(_: Rehearsal) -> Outcome:
        both.wait()
        return held({})

    probes = [
        make_probe("beside", meets, beside=True),
        make_probe("first", lambda _: held({})),
        make_probe("last", meets),
    ]
    journal = rehearse(make_spec(), make_tree(tmp_path), probes=probes)
    assert [(proof.probe, proof.result) for proof in journal.proofs] == [
        ("beside", Result.HELD),
        ("first", Result.HELD),
        ("last", Result.HELD),
    ]


def test_a_crash_of_it_is_a_proof_that_was_not_run(tmp_path: Path) -> None:
    def crashes(_: Rehearsal) -> Outcome:
        raise ZeroDivisionError("division by zero")

    probes = [make_probe("beside", crashes, beside=True)]
    (proof,) = rehearse(make_spec(), make_tree(tmp_path), probes=probes).proofs
    assert proof.why == "internal error in the probe: ZeroDivisionError: division by zero"


def test_ctrl_c_ends_it_with_all_that_it_started_and_keeps_the_proof_before(tmp_path: Path) -> None:
    """An answer that an interruption made is none: what was proven earlier stays."""
    pack, ended = make_tree(tmp_path), threading.Event()
    rehearse(make_spec(), pack, probes=[make_probe("beside", lambda _: held({}), beside=True)])

    def interrupted(rehearsal: Rehearsal) -> Outcome:
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline and not _sleeps(rehearsal):
            time.sleep(0.05)
        raise KeyboardInterrupt

    probes = [
        make_probe("beside", lambda r: sleeping(r, ended), beside=True),
        make_probe("other", interrupted),
    ]
    with contextlib.suppress(KeyboardInterrupt):
        rehearse(make_spec(), pack, probes=probes)
    assert ended.is_set()
    stored = json.loads((tmp_path / ".opsready/evidence/beside.json").read_text())
    assert stored["result"] == "held"
    assert not (tmp_path / ".opsready/evidence/other.json").exists()


def _sleeps(rehearsal: Rehearsal) -> bool:
    from opsready.rehearsal.stage.family import members

    return any("sleep" in process.name() for process in members(0, rehearsal.stage.name))
