"""pipeline_steps_run: what is said of each way in which four releases can end, and pipelines that
are broken, run. The real thing runs once, on the example: tests/test_pipeline.py."""

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from opsready.facts.fact import Facts
from opsready.hats.ops_engineer import pipeline as producer
from opsready.rehearsal import four_releases
from opsready.rehearsal.build_machine import Built
from opsready.rehearsal.four_releases import Run
from opsready.rehearsal.probes.pipeline_steps_run import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.stage import terraform
from tests.rehearsal.build import DATABASE, SHOP, make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

DEPLOY = Path(__file__).parent.parent / "services" / "deploy"
SPEC = make_shop_spec(
    database=True,
    dependencies=[{**DATABASE, "configured_by": ["DATABASE_URL"]}],
    runtime={"language": "python", "port": 8000},
    target={"kind": "ecs"},
    environments=[{"name": "staging"}],
    migrations={"command": ["python3", "migrate.py"]},
)
GREEN = (("plan", 0), ("migrate", 0), ("apply", 0), ("verify", 0), ("record", 0))
BACK = (("plan", 0), ("apply", 0), ("verify", 1), ("rollback", 0), ("record", 0))
CONTENT = [{"name": "shop", "image": "a", "environment": [], "secrets": []}]
OF_ANOTHER = [{**CONTENT[0], "image": "b"}]
FIRST, SECOND, BAD = "the first release", "the second release", "one that never becomes ready"
BUILT = Built("127.0.0.1:5000/shop@sha256:c0ffee", figures={"engine": "podman 4.3.1"})
IN_ORDER = (("task ended", "migrate"), ("rollout began", "2"), ("shifted", SECOND))

good = Run(SECOND, GREEN, False, "", "good", "deployed", True, SECOND, IN_ORDER, 1)
back = Run(BAD, BACK, True, "`verify` ended with 1", "good", "rolled_back", True, SECOND, (), 1)


class Staged:
    """A pipeline whose releases end as they are told; the last one for every later one."""

    def __init__(
        self, *runs: Run, again: int = 1, live: Any = CONTENT, built: Built = BUILT
    ) -> None:
        self.runs = [replace(good, name=FIRST, live=FIRST), *runs]
        self.fargate = SimpleNamespace(fault="")
        self.again, self.live, self.asked, self.built = again, live, 0, built

    def bring_out(self, conduct: object, *, renew: bool = False) -> Run:
        return self.runs.pop(0)

    bring_out_built = bring_out

    def build_ahead(self, conduct: object) -> None:
        pass

    def built_ahead(self) -> Built:
        return self.built

    def content_of_live(self) -> Any:
        self.asked += 1
        return CONTENT if self.asked == 1 else self.live

    def never_ready(self) -> object:
        return None

    def apply_again(self) -> int:
        return self.again

    def serves(self) -> bool:
        return True

    def load(self) -> "Staged":
        return self

    entries = ()

    def __enter__(self) -> "Staged":
        return self

    def __exit__(self, *_: object) -> None:
        pass


def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, staged: Staged) -> Outcome:
    monkeypatch.setattr(four_releases, "Pipeline", lambda *_: staged)
    monkeypatch.setattr(terraform, "find_terraform", lambda _: SimpleNamespace(version="1.11.4"))
    return outcome_of(PROBE, SPEC, make_tree(tmp_path, pack_files()))


def pack_files() -> dict[str, str]:
    files = {"shop.py": SHOP, "migrate.py": 'print("migrated")\n'}
    for path in sorted(DEPLOY.rglob("*")):
        if path.suffix in {".tf", ".tfvars"} and ".terraform" not in path.parts:
            files[f"deploy/{path.relative_to(DEPLOY).as_posix()}"] = path.read_text()
    return files | {a.path: a.text for a in producer.produce(SPEC, Facts(()))}


def test_it_holds_when_good_ones_serve_and_bad_ones_are_taken_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = said(monkeypatch, tmp_path, Staged(good, back, back))
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert [release["recorded_as"] for release in outcome.evidence["releases"]] == [
        "deployed",
        "deployed",
        "rolled_back",
        "rolled_back",
    ]
    assert outcome.evidence["built"] == {
        SECOND: "127.0.0.1:5000/shop@sha256:c0ffee",
        "engine": "podman 4.3.1",
    }


def test_what_was_not_built_is_said_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    why = {"build": "not run: no container engine on this machine"}
    outcome = said(monkeypatch, tmp_path, Staged(good, back, back, built=Built(not_tried=why)))
    assert outcome.evidence["not_tried"] == why
    assert outcome.evidence["built"] == {SECOND: ""}


def test_a_pipeline_whose_tests_fail_here_is_not_shown_to_bring_a_release_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    why = "no release comes past `test`: it ended with 1 on this machine: 2 failed"
    stopped = replace(BUILT, stopped_at=why)
    outcome = said(monkeypatch, tmp_path, Staged(good, back, back, built=stopped))
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, why)


@pytest.mark.parametrize(
    ("staged", "why"),
    [
        (
            Staged(good, replace(back, codes=GREEN, failed=False)),
            "the pipeline was green for a release: one that never becomes ready",
        ),
        (
            Staged(good, back, live=OF_ANOTHER),
            "the rollback did not bring back the image",
        ),
        (
            Staged(replace(good, events=IN_ORDER[1:] + IN_ORDER[:1])),
            "the migration ran after the shift: users came to a release without its schema",
        ),
        (
            Staged(good, back, again=0),
            "apply took a plan that the world had moved on from: it makes its own",
        ),
        (
            Staged(good, replace(back, codes=GREEN[:-2])),
            "nothing took back a release: one that never becomes ready: `verify` ended with 1",
        ),
        (
            Staged(good, replace(back, verdict="bad")),
            "nothing looked whether the release that was brought back serves",
        ),
        (
            Staged(good, replace(back, result="deployed")),
            "the rollback is not in the record of the run, which says 'deployed'",
        ),
        (
            Staged(good, replace(back, live=BAD)),
            "after the rollback users come to “one that never becomes ready”, not to the second"
            " release",
        ),
        (
            Staged(built=Built(fault="`build` ended with 141: Storing signatures")),
            "the second release cannot be built: `build` ended with 141: Storing signatures",
        ),
        (
            Staged(replace(good, recorded=False)),
            "the second release left no record of its run",
        ),
    ],
)
def test_it_breaks_where_a_pipeline_does_not_do_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, staged: Staged, why: str
) -> None:
    outcome = said(monkeypatch, tmp_path, staged)
    assert (outcome.result, outcome.why) == (Result.BROKE, why)


def test_infrastructure_that_does_not_apply_here_is_another_claim(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    staged = Staged()
    codes = (("plan", 0), ("apply", 1))
    staged.runs[0] = replace(good, name=FIRST, codes=codes, failed=True, told="no", live="")
    outcome = said(monkeypatch, tmp_path, staged)
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "the first release is good, and the pipeline failed: no"


def test_a_tree_with_another_pipeline_is_not_run(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, SPEC, make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, "the tree has no workflow")


VERIFY, ROLLBACK, APPLY = (f"deploy/pipeline/{name}" for name in ("verify", "rollback", "apply"))


@pytest.mark.xdist_group("pipeline")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("path", "was", "becomes", "why"),
    [
        (
            VERIFY,
            'exit "$3"',
            "exit 0",
            "the pipeline was green for a release: one that never becomes ready",
        ),
        (
            ROLLBACK,
            'field "$out/live.json" release >',
            'field "$out/release.tfvars.json" "" >',
            "the rollback failed for a release: one that never becomes ready: `verify` ended",
        ),
        (
            APPLY,
            'apply -no-color -input=false -lock-timeout=5m "$out/service.tfplan"',
            "apply -auto-approve -var-file=../envs/$ENVIRONMENT.tfvars"
            ' -var-file="$out/release.tfvars.json"',
            "apply took a plan that the world had moved on from: it makes its own",
        ),
    ],
    ids=["verify cannot fail", "back to the same", "apply re-plans"],
)
def test_a_pipeline_that_is_broken_is_found_by_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, was: str, becomes: str, why: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    quick = (DEPLOY.parent / "quick_terraform.py").read_text()
    (programs / "terraform").write_text(f"#!{sys.executable}\n{quick}")
    (programs / "terraform").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    files = pack_files()
    assert was in files[path]
    files[path] = files[path].replace(was, becomes)
    outcome = outcome_of(PROBE, SPEC, make_tree(tmp_path / "tree", files))
    assert (outcome.result, outcome.why[: len(why)]) == (Result.BROKE, why)
