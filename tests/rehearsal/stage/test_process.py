"""Processes of a stage: bounded, contained, and ended with all that came of them."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from opsready.rehearsal.stage.family import MARK
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end

FORK_BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n"
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


def command(tmp_path: Path, script: str, *arguments: str) -> Command:
    line = [sys.executable, "-u", "-c", script, *arguments]
    return Command(
        "test", line, tmp_path, {"PATH": "/usr/bin:/bin"}, f"opsready-test-{os.getpid()}"
    )


def wait_until(condition: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_the_exit_code_and_the_last_lines_are_known(tmp_path: Path) -> None:
    ended = run_to_end(command(tmp_path, "print('one'); print('two'); raise SystemExit(3)"), 20)
    assert (ended.exit_code, ended.told(2), ended.fault) == (3, "one · two", "")


def test_it_gets_no_variable_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    ended = run_to_end(command(tmp_path, "import os; print(sorted(os.environ))"), 20)
    assert ended.told() == str(["LC_CTYPE", MARK, "PATH"]) or ended.told() == str([MARK, "PATH"])


def test_what_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    missing = Command("x", ["no-such-program"], tmp_path, {"PATH": "/usr/bin"}, "opsready-test")
    with pytest.raises(NoSuchCommand, match="no-such-program: No such file or directory"):
        Process(missing)


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    ended = run_to_end(command(tmp_path, "import time; time.sleep(600)"), 0.2)
    assert ended.fault == "did not end within 0.2 s"
    assert ended.exit_code == -signal.SIGKILL


def test_a_flood_of_output_neither_blocks_nor_is_kept(tmp_path: Path) -> None:
    script = (
        "import sys\nfor _ in range(20_000): sys.stdout.write('x' * 1023 + '\\n')\nprint('end')"
    )
    ended = run_to_end(command(tmp_path, script), 60)
    assert ended.log.printed_bytes == 20_000 * 1024 + 4
    assert ended.told(1) == "end"
    assert list(tmp_path.iterdir()) == []


def test_a_fork_bomb_is_ended_by_itself_and_leaves_nothing(tmp_path: Path) -> None:
    with Process(command(tmp_path, FORK_BOMB)) as bomb:
        wait_until(lambda: bomb.fault)
        assert bomb.fault == "started more than 256 processes and was ended"
        wait_until(lambda: bomb.family() == [])


def test_a_daemon_that_left_its_session_is_ended_too(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with Process(command(tmp_path, DAEMON, str(told))) as process:
        wait_until(lambda: told.exists() and told.read_text())
        daemon = psutil.Process(int(told.read_text()))
        assert daemon.pid in {member.pid for member in process.family()}
    assert not daemon.is_running() or daemon.status() == psutil.STATUS_ZOMBIE


def test_two_processes_of_one_stage_are_told_apart(tmp_path: Path) -> None:
    with Process(command(tmp_path, "import time; time.sleep(600)")) as one:
        run_to_end(command(tmp_path, "pass"), 20)
        assert one.is_alive


def test_a_paused_process_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    script = "import time\nwhile True: print('tick'); time.sleep(0.01)"
    with Process(command(tmp_path, script)) as process:
        wait_until(lambda: process.log.printed_bytes)
        process.pause()
        wait_until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED)
        process.resume()
        seen = process.log.printed_bytes
        wait_until(lambda: process.log.printed_bytes > seen + 10)


def test_a_process_that_ignores_its_signal_is_killed(tmp_path: Path) -> None:
    script = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('on')\ntime.sleep(600)"
    process = Process(command(tmp_path, script))
    wait_until(lambda: process.log.printed_bytes)
    assert process.stop(0.1) is None
    assert process.exit_code == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="limits from outside are Linux's")
def test_no_file_of_a_stage_grows_without_bound(tmp_path: Path) -> None:
    script = (
        "import resource, time\n"
        "while resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1 << 30: time.sleep(0.01)"
    )
    assert run_to_end(command(tmp_path, script), 20).exit_code == 0
