"""A rehearsal: which probes run, what they leave, and what still stands the next time."""

import json
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from opsready import __version__
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Disproven, Outcome, Result, broke, held, not_run
from opsready.rehearsal.rehearse import Selection, UnknownProbe, rehearse
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart
from opsready.rehearsal.stored import stored_journal
from tests.build import make_spec
from tests.rehearsal.build import make_shop_spec, make_tree

pytestmark = pytest.mark.usefixtures("stages")

Run = Callable[[Rehearsal], Outcome]


def make_probe(run: Run, id: str = "it_works", **values: object) -> Probe:
    return replace(Probe(id, f"{id} is true", ("*.py",), ("runtime",), run), **values)  # type: ignore[arg-type]


def holds(_: Rehearsal) -> Outcome:
    return held({"seconds": 0.1})


def raising(error: Exception) -> Run:
    def run(_: Rehearsal) -> Outcome:
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "result", "why"),
    [
        (holds, Result.HELD, ""),
        (lambda _: broke("it fell"), Result.BROKE, "it fell"),
        (lambda _: not_run("no tool"), Result.NOT_RUN, "no tool"),
        (raising(Disproven("the rules do not load")), Result.BROKE, "the rules do not load"),
        (raising(CannotStage("no disk")), Result.NOT_RUN, "no disk"),
        (
            raising(DidNotStart("ended with exit code 1")),
            Result.NOT_RUN,
            "the service did not start: ended with exit code 1",
        ),
        (
            raising(ZeroDivisionError("division by zero")),
            Result.NOT_RUN,
            "internal error in the probe: ZeroDivisionError: division by zero",
        ),
    ],
    ids=["held", "broke", "not run", "disproven", "no stage", "no service", "crash"],
)
def test_whatever_becomes_of_a_probe_it_leaves_a_proof(
    tmp_path: Path, run: Run, result: Result, why: str
) -> None:
    pack = make_tree(tmp_path, {"app.py": "pass\n"})
    (proof,) = rehearse(make_spec(), pack, probes=[make_probe(run)]).proofs
    assert (proof.result, proof.why, proof.claim) == (result, why, "it_works is true")
    assert list(proof.reads) == ["app.py", "opsready.yaml#runtime"]
    stored = json.loads((tmp_path / ".opsready/evidence/it_works.json").read_text())
    assert (stored["schema"], stored["result"]) == ("opsready/evidence/1", str(result))


def test_secrets_are_in_no_proof(tmp_path: Path) -> None:
    def tells(rehearsal: Rehearsal) -> Outcome:
        rehearsal.stage.secrets = rehearsal.stage.secrets.with_values(["correct-horse"])
        return broke("it said correct-horse", {"log": ["correct-horse"]})

    (proof,) = rehearse(make_spec(), make_tree(tmp_path), probes=[make_probe(tells)]).proofs
    assert proof.why == "it said ***"
    assert "correct-horse" not in (tmp_path / ".opsready/evidence/it_works.json").read_text()


def test_only_those_that_are_named_run_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    probes = [make_probe(holds, id) for id in ("a", "b", "c")]
    journal = rehearse(make_spec(), make_tree(tmp_path), Selection(("c", "a")), probes=probes)
    assert [proof.probe for proof in journal.proofs] == ["a", "c"]


def test_a_name_that_no_probe_has_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownProbe, match="no probe x; there are: a, b"):
        probes = [make_probe(holds, id) for id in ("a", "b")]
        rehearse(make_spec(), make_tree(tmp_path), Selection(("x",)), probes=probes)


def test_stale_proves_again_only_what_does_not_stand(tmp_path: Path) -> None:
    ran: list[str] = []

    def counting(id: str, outcome: Outcome) -> Probe:
        def run(_: Rehearsal) -> Outcome:
            ran.append(id)
            return outcome

        reads = ("app.py",) if id == "of_code" else ("rules.yml",)
        return make_probe(run, id, reads=reads)

    probes = [
        counting("of_code", held({})),
        counting("of_rules", broke("it fell")),
        counting("never", not_run("no tool")),
    ]
    stale = Selection(stale=True)
    pack = make_tree(tmp_path, {"app.py": "1\n", "rules.yml": "a: 1\n"})
    rehearse(make_spec(), pack, stale, probes=probes)
    assert ran == ["of_code", "of_rules", "never"]
    again = rehearse(make_spec(), pack, stale, probes=probes)
    assert ran[3:] == ["never"], "what stands is not tried again, broken or not"
    assert [proof.result for proof in again.proofs] == [Result.HELD, Result.BROKE, Result.NOT_RUN]
    pack = make_tree(tmp_path, {"app.py": "2\n"})
    rehearse(make_spec(), pack, stale, probes=probes)
    assert ran[4:] == ["of_code", "never"]


def test_stored_evidence_stands_until_what_it_rested_on_changes(tmp_path: Path) -> None:
    probes = [make_probe(holds)]
    how = "prove it with `opsready rehearse --only it_works`"

    def stands(pack_files: dict[str, str], **sections: object) -> tuple[Result, str]:
        pack = make_tree(tmp_path, pack_files)
        (proof,) = stored_journal(make_spec(**sections), pack, probes).proofs
        return proof.result, proof.why

    assert stands({"app.py": "1\n"}) == (Result.NOT_RUN, f"never run: {how}")
    rehearse(make_spec(), make_tree(tmp_path, {"app.py": "1\n"}), probes=probes)
    assert stands({"app.py": "1\n"}) == (Result.HELD, "")
    assert stands({"README.md": "# prose\n"}) == (Result.HELD, "")
    assert stands({"app.py": "2\n"}) == (
        Result.NOT_RUN,
        f"app.py changed since it was proven; {how}",
    )
    assert stands({"app.py": "1\n"}, runtime={"workers": 2}) == (
        Result.NOT_RUN,
        f"opsready.yaml#runtime changed since it was proven; {how}",
    )
    assert stands({"app.py": "1\n", "new.py": "3\n"}) == (
        Result.NOT_RUN,
        f"new.py changed since it was proven; {how}",
    )


def test_another_version_of_a_tool_is_shown_and_voids_only_what_is_judged_strictly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, probes = make_tree(tmp_path, {"app.py": "1\n"}), [make_probe(holds)]
    rehearse(make_spec(), pack, probes=probes)
    versions = {"opsready": "9.9", "python": platform.python_version()}
    monkeypatch.setattr("opsready.rehearsal.stored.tools_of_this_process", lambda: versions)
    (proof,) = stored_journal(make_spec(), pack, probes).proofs
    assert proof.result is Result.HELD
    assert proof.evidence["proven_with"] == [f"opsready {__version__}, now 9.9"]
    (proof,) = stored_journal(make_spec(), pack, probes, strict=True).proofs
    assert proof.result is Result.NOT_RUN
    assert proof.why.startswith(f"proven with opsready {__version__}, now 9.9; ")


@pytest.mark.parametrize("text", ["{", '{"schema": "opsready/evidence/1", "probe": "it_works"}'])
def test_damaged_evidence_is_no_proof(tmp_path: Path, text: str) -> None:
    pack = make_tree(tmp_path, {"app.py": "1\n"})
    rehearse(make_spec(), pack, probes=[make_probe(holds)])
    (tmp_path / ".opsready/evidence/it_works.json").write_text(text)
    (proof,) = stored_journal(make_spec(), pack, [make_probe(holds)]).proofs
    assert proof.result is Result.NOT_RUN
    assert ".opsready/evidence/it_works.json" in proof.why


def test_a_result_that_was_edited_to_nonsense_is_no_proof(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"app.py": "1\n"})
    rehearse(make_spec(), pack, probes=[make_probe(holds)])
    path = tmp_path / ".opsready/evidence/it_works.json"
    path.write_text(path.read_text().replace('"held"', '"sure"'))
    (proof,) = stored_journal(make_spec(), pack, [make_probe(holds)]).proofs
    assert proof.result is Result.NOT_RUN
    assert "damaged" in proof.why


def test_evidence_that_cannot_be_stored_proves_nothing(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"app.py": "1\n"})
    (tmp_path / ".opsready").write_text("a file where a folder should be")
    (proof,) = rehearse(make_spec(), pack, probes=[make_probe(holds)]).proofs
    assert proof.result is Result.NOT_RUN
    assert proof.why.startswith("its evidence cannot be stored: ")


def test_progress_is_told_and_one_service_serves_all_probes(tmp_path: Path) -> None:
    said: list[str] = []
    pids: list[int] = []

    def uses(rehearsal: Rehearsal) -> Outcome:
        pids.append(rehearsal.stage.service().process.pid)
        return held({})

    probes = [make_probe(uses, "one"), make_probe(uses, "two")]
    rehearse(make_shop_spec(), make_tree(tmp_path), say=said.append, probes=probes)
    assert said == [
        "[1/2] one is true",
        "starting the service",
        "[1/2] held",
        "[2/2] two is true",
        "[2/2] held",
    ]
    assert pids[0] == pids[1]
