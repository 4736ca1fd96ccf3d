"""A rehearsal that is interrupted at any moment leaves nothing, and ends with the signal's code."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opsready.rehearsal.stage.interrupts import Stopped, stops_raise, uninterrupted
from opsready.rehearsal.stage.place import clear_after_the_dead
from opsready.rehearsal.stage.stage import Stage
from tests.rehearsal.build import SHOP, make_shop_spec, make_tree
from tests.rehearsal.conftest import processes_of

REHEARSES = """
import sys
from pathlib import Path
from opsready.cli.output import progress
from opsready.rehearsal.rehearse import rehearse
from tests.rehearsal.build import make_shop_spec, make_tree
spec = make_shop_spec(*sys.argv[2:], database=True)
pack = make_tree(Path(sys.argv[1]))
try:
    rehearse(spec, pack, say=progress)
except KeyboardInterrupt:
    sys.exit(130)
"""
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("moment", "faults", "number", "code"),
    [
        ("starting postgresql", [], signal.SIGINT, 130),
        ("starting the service", ["never_ready"], signal.SIGINT, 130),
        ("stopping postgresql", [], signal.SIGTERM, 143),
        ("load from 8 clients, then SIGTERM", [], signal.SIGTERM, 143),
        ("load from 8 clients, then SIGTERM", [], signal.SIGHUP, 129),
    ],
)
def test_nothing_is_left_by_a_rehearsal_that_was_interrupted(
    tmp_path: Path, stages: Path, moment: str, faults: list[str], number: int, code: int
) -> None:
    rehearsal = subprocess.Popen(
        [sys.executable, "-c", REHEARSES, str(tmp_path / "tree"), *faults],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(stages)},
    )
    assert rehearsal.stderr is not None
    said: list[str] = []
    for line in rehearsal.stderr:
        said.append(line)
        if line.startswith(moment):
            break
    assert said[-1].startswith(moment), "".join(said)
    rehearsal.send_signal(number)
    rest = rehearsal.stderr.read()
    assert rehearsal.wait(60) == code
    assert "Traceback" not in rest
    assert processes_of(stages) == []
    assert list(stages.iterdir()) == []
    assert (tmp_path / "tree" / "shop.py").read_text() == SHOP


def test_what_a_killed_rehearsal_left_is_cleared_by_the_next(tmp_path: Path, stages: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(stages)}
    line = [sys.executable, "-c", REHEARSES, str(tmp_path / "tree")]
    killed = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment)
    assert killed.stderr is not None
    assert any(said.startswith("starting the service") for said in killed.stderr)
    killed.kill()
    killed.wait(60)
    assert any("postgres" in one for one in processes_of(stages))
    clear_after_the_dead()
    assert processes_of(stages) == []
    assert list(stages.iterdir()) == []


def test_a_stage_that_is_in_use_is_let_alone(tmp_path: Path, stages: Path) -> None:
    with Stage(make_shop_spec(), make_tree(tmp_path), lambda _: None) as stage:
        clear_after_the_dead()
        assert stage.directory.is_dir()
        assert list(stages.iterdir()) == [stage.directory]


def test_a_request_to_end_is_an_exception_while_a_stage_stands() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped) as stopped, stops_raise():
        signal.raise_signal(signal.SIGTERM)
    assert stopped.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_clearing_is_not_interrupted_and_the_signal_comes_afterwards() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        done.append("cleared")
    assert done == ["cleared"]
