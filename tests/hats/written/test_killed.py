"""A write killed at every step, a disk that fails at every step: nothing is lost, and the next
write ends what this one began."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from opsready.hats.written.changes import UNDO, WRITING, make
from opsready.hats.written.disk import alone
from opsready.hats.written.plan import plan_write
from opsready.hats.written.undo import take_back_begun, undo
from tests.cli.trees import plant
from tests.hats.written.packs import artifacts, snapshot, states, without_our_notes, write

V1 = {
    "Dockerfile": "FROM a\nRUN b\nUSER 1\n",
    "deploy/apply": "apply\n",
    "deploy/gone": "gone\n",
    "deploy/plan": "plan\n",
}
V2 = {
    "Dockerfile": "FROM a\nRUN b\nUSER 1\nCMD c\n",
    "deploy/apply": "apply 2\n",
    "deploy/envs/staging": "x = 1\n",
    "deploy/plan": "plan 2\n",
}
BECAME = {
    "Dockerfile": "merged",
    "deploy/apply": "updated",
    "deploy/envs/staging": "new",
    "deploy/plan": "conflict",
}
# All that changes a file system, as `disk.py` and what it calls of pathlib do.
STEPS = ("open", "write", "fsync", "fchmod", "replace", "unlink", "mkdir", "rmdir")
KILLED = 77


def edited_tree(root: Path) -> Path:
    """One file of each fate that a second write can give."""
    write(plant(root, {"app.py": "x = 1\n"}), V1)
    plant(root, {"Dockerfile": "FROM mine\nRUN b\nUSER 1\n", "deploy/plan": "my plan\n"})
    (root / "deploy/gone").unlink()
    return root


@contextmanager
def steps(at: Callable[[int, str, Callable[..., Any], tuple[Any, ...]], Any]) -> Iterator[None]:
    """Inside, each step asks `at` with its number, name, function and arguments what to do."""
    count = 0

    def replaced(name: str, truly: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            return at(count, name, lambda *given: truly(*given, **named), arguments)

        return step

    known = {name: getattr(os, name) for name in STEPS}
    try:
        for name, truly in known.items():
            setattr(os, name, replaced(name, truly))
        yield
    finally:
        for name, truly in known.items():
            setattr(os, name, truly)


def killed(number: int, work: Callable[[], object]) -> bool:
    """Whether a process that did the work was gone before its n-th step; half of a text is written
    where that step writes one."""
    child = os.fork()
    if child == 0:
        try:
            with steps(lambda *step: _die(number, *step)):
                work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, KILLED}
    return code == KILLED


def _die(at: int, number: int, name: str, truly: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    if number == at:
        if name == "write":
            truly(given[0], given[1][: len(given[1]) // 2])
        os._exit(KILLED)
    return truly(*given)


def write_on(root: Path) -> None:
    """What the command does: first an earlier write that did not end, then this one."""
    with alone(root):
        take_back_begun(root, lambda _: None)
    write(root, V2)


def undo_on(root: Path) -> None:
    with alone(root):
        if take_back_begun(root, lambda _: None) is None:
            undo(root)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes | str]:
    """The tree after a write that nobody disturbed."""
    root = edited_tree(tmp_path_factory.mktemp("ended"))
    assert states(write(root, V2)) == BECAME
    return snapshot(root)


def test_killed_at_any_step_the_next_write_ends_in_the_same_tree(
    tmp_path: Path, ended: dict[str, bytes | str]
) -> None:
    before = snapshot(edited_tree(tmp_path / "before"))
    number = 0
    while True:
        number += 1
        root = edited_tree(tmp_path / str(number))
        if not killed(number, lambda root=root: write_on(root)):
            break
        for path, held in snapshot(root).items():
            if not path.endswith(".opsready-tmp") and path not in {WRITING, UNDO}:
                assert held in (before.get(path), ended.get(path)), (number, path)
        write_on(root)
        assert snapshot(root) == ended, number
    assert number > 80  # so many steps, each of which was tried


def test_killed_at_any_step_the_write_can_be_taken_back(tmp_path: Path) -> None:
    before = without_our_notes(edited_tree(tmp_path / "before"))
    tried = number = 0
    while True:
        number += 1
        root = edited_tree(tmp_path / str(number))
        first = (root / UNDO).read_bytes()
        if not killed(number, lambda root=root: write_on(root)):
            break
        if (root / WRITING).exists() or (root / UNDO).read_bytes() != first:
            tried += 1
            undo_on(root)
            assert without_our_notes(root) == before, number
    assert tried > 60


def test_killed_while_it_takes_back_what_a_killed_one_began(
    tmp_path: Path, ended: dict[str, bytes | str]
) -> None:
    for first in range(20, 90, 22):
        for second in range(1, 60, 4):
            root = edited_tree(tmp_path / f"{first}-{second}")
            assert killed(first, lambda root=root: write_on(root))
            killed(second, lambda root=root: write_on(root))
            write_on(root)
            assert snapshot(root) == ended, (first, second)


def test_killed_while_it_takes_a_write_back(tmp_path: Path, ended: dict[str, bytes | str]) -> None:
    before = without_our_notes(edited_tree(tmp_path / "before"))
    number = 0
    while True:
        number += 1
        root = edited_tree(tmp_path / str(number))
        write(root, V2)
        if not killed(number, lambda root=root: undo_on(root)):
            break
        write_on(root)
        assert without_our_notes(root).keys() == {k for k in ended if k not in {".opsready", UNDO}}
        undo_on(root)
        assert without_our_notes(root) == before, number
    assert number > 60


def fail(at: int, only: tuple[str, ...] = STEPS, *, for_good: bool = False) -> Callable[..., Any]:
    """From the n-th step on the disk is full, or only at that step."""

    def step(number: int, name: str, truly: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        if name in only and (number == at or (for_good and number >= at)):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        return truly(*given)

    return step


def test_a_step_that_fails_leaves_the_tree_as_it_was(
    tmp_path: Path, ended: dict[str, bytes | str]
) -> None:
    before = without_our_notes(edited_tree(tmp_path / "before"))
    failed = 0
    for number in range(1, 110):
        root = edited_tree(tmp_path / str(number))
        plan = plan_write(root, artifacts(V2))
        try:
            with steps(fail(number)):
                make(root, "write", plan.changes)
        except OSError:
            failed += 1
            assert without_our_notes(root) == before, number
        else:
            assert snapshot(root) == ended, number
    assert failed > 60


def test_a_disk_that_stays_full_costs_nothing(
    tmp_path: Path, ended: dict[str, bytes | str]
) -> None:
    before = without_our_notes(edited_tree(tmp_path / "before"))
    for number in range(1, 100):
        root = edited_tree(tmp_path / str(number))
        plan = plan_write(root, artifacts(V2))
        try:
            with steps(fail(number, ("write",), for_good=True)):
                make(root, "write", plan.changes)
        except OSError:
            assert without_our_notes(root) == before, number
        write_on(root)
        assert without_our_notes(root) == {
            k: v for k, v in ended.items() if k not in {".opsready", UNDO}
        }


# ── really killed ─────────────────────────────────────────────────────────────────────────────

LARGE = 400
WRITER = """
import sys
from pathlib import Path
from tests.hats.written.packs import write
write(Path(sys.argv[1]), {f"deploy/{n}": f"second {n}\\n" for n in range(int(sys.argv[2]))})
"""


@pytest.mark.parametrize("replaced", [0, 1, 40, 200, 390])
def test_a_process_that_is_killed_in_the_middle_loses_nothing(
    tmp_path: Path, replaced: int
) -> None:
    write(tmp_path, {f"deploy/{n}": f"first {n}\n" for n in range(LARGE)})
    plant(tmp_path, {"deploy/7": "mine\n"})
    before = without_our_notes(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, str(LARGE)])
    watched = tmp_path / f"deploy/{replaced}"
    while process.poll() is None and not _has_begun(tmp_path, watched, replaced):
        pass
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert (tmp_path / "deploy/7").read_text() == "mine\n"
    assert (tmp_path / WRITING).exists()
    undo_on(tmp_path)
    assert without_our_notes(tmp_path) == before


def _has_begun(root: Path, watched: Path, replaced: int) -> bool:
    """The notes are there, and the file that is watched was replaced."""
    begun = (root / WRITING).exists()
    return begun and (replaced == 0 or watched.read_text().startswith("second"))
