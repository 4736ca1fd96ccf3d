"""What a user types in, what comes back: exit codes, and on which stream what stands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

from opsready import __version__
from opsready.cli import main as command_line
from opsready.cli.main import COMMANDS
from tests.cli.answer import OPSREADY, Answer, ask, call


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], str]:
    """Adds a command that raises this; gives its name."""

    def add(error: BaseException) -> str:
        @click.command("failing")
        def command() -> None:
            raise error

        module = ModuleType("opsready.cli.commands.failing")
        module.command = command  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(COMMANDS, "failing", ("failing", "Fails."))
        return "failing"

    return add


def test_the_version_is_a_result() -> None:
    assert call("--version") == Answer(0, f"opsready, version {__version__}\n", "")


def test_help_lists_every_command_and_shows_how_to_begin() -> None:
    answer = call("--help")
    assert (answer.code, answer.err) == (0, "")
    assert [name for name in COMMANDS if f"\n  {name} " not in answer.out] == []
    assert "  Examples:\n    opsready review .\n" in answer.out


def test_no_command_at_all_shows_the_help_as_a_mistake() -> None:
    answer = call()
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == call("--help").out


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("nosuch", "No such command 'nosuch'. See `opsready --help`."),
        ("facts --nosuch", "No such option '--nosuch'. See `opsready facts --help`."),
        ("facts a b", "Got unexpected extra argument (b) See `opsready facts --help`."),
        (
            "facts --format xml",
            "Invalid value for '--format': 'xml' is not one of 'text', 'json'. "
            "See `opsready facts --help`.",
        ),
    ],
)
def test_a_mistyped_line_gives_its_reason_first(typed: str, reason: str) -> None:
    assert call(*typed.split()) == Answer(2, "", f"opsready: {reason}\n")


def test_a_defect_of_ours_is_one_sentence_and_no_traceback(
    failing: Callable[[BaseException], str],
) -> None:
    assert call(failing(ZeroDivisionError("division by zero"))) == Answer(
        70,
        "",
        "opsready: internal error: ZeroDivisionError: division by zero\n"
        "This is a defect of opsready; OPSREADY_DEBUG=1 shows where.\n",
    )


def test_a_traceback_can_be_asked_for(
    failing: Callable[[BaseException], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSREADY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        call(failing(ZeroDivisionError()))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied", "a.md"), "a.md: Permission denied"),
        (OSError(28, "No space left on device"), "output: No space left on device"),
    ],
)
def test_what_the_system_refuses_is_named(
    failing: Callable[[BaseException], str], error: OSError, reason: str
) -> None:
    assert call(failing(error)) == Answer(2, "", f"opsready: {reason}\n")


def test_ctrl_c_in_a_command_gives_130(failing: Callable[[BaseException], str]) -> None:
    answer = call(failing(KeyboardInterrupt()))
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.strip() == "opsready: interrupted; nothing was left running"


def opened_by(process: subprocess.Popen[bytes], pipe: Path) -> int:
    """The write end of a named pipe, once the process waits at the other."""
    while process.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # ENXIO: nobody reads yet
            time.sleep(0.01)
    raise AssertionError(f"it ended instead of reading: {process.communicate()}")


def test_ctrl_c_ends_a_process_in_one_line(tmp_path: Path) -> None:
    """Held where it waits for a spec that nobody writes, so that the signal meets it at work."""
    spec = tmp_path / "spec.yaml"
    os.mkfifo(spec)
    process = subprocess.Popen(
        [*OPSREADY, "review", str(tmp_path), "--spec", str(spec)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    write_end = opened_by(process, spec)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    os.close(write_end)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().strip() == "opsready: interrupted; nothing was left running"


def piped(command: tuple[str, ...], out: int) -> tuple[int, str]:
    """The exit code and standard error of a command that writes to this descriptor."""
    ran = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    return ran.returncode, ran.stderr.decode()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_that_leaves_early_is_no_error_and_no_pass(tmp_path: Path, form: str) -> None:
    """141 is what a shell gives for SIGPIPE; 0 would pass for a clean review under pipefail."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        assert piped((*OPSREADY, "facts", str(tmp_path), "--format", form), write_end) == (141, "")
    finally:
        os.close(write_end)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
@pytest.mark.parametrize("arguments", [("facts", "."), ("facts", ".", "--format", "json")])
def test_a_full_disk_below_the_output_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*OPSREADY, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr.decode() == "opsready: output: No space left on device\n"


def test_a_closed_output_is_survived(tmp_path: Path) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *OPSREADY, "facts", str(tmp_path)]
    ran = subprocess.run(shell, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_terminal_that_does_not_know_a_letter_is_served(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn λ:app\n", encoding="utf-8")
    text = ask("facts", tmp_path, PYTHONIOENCODING="latin-1")
    assert (text.code, text.err) == (0, "")
    assert r"gunicorn \u03bb:app" in text.out
    json = ask("facts", tmp_path, "--format", "json", PYTHONIOENCODING="latin-1")
    values = [fact["value"] for fact in json.fields("facts")["facts"]]
    assert any("gunicorn λ:app" in str(value) for value in values)


def test_every_command_is_loaded_only_when_it_is_called() -> None:
    """Start-up stays short: `make bench` measures it, this keeps the reason in place."""
    probe = (
        "import sys; from opsready.cli.main import run_command; run_command(['--version']);"
        "print(sorted(m for m in sys.modules if m.startswith('opsready')))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    assert ran.stdout.decode().splitlines()[1] == str(
        ["opsready", "opsready.cli", "opsready.cli.help", "opsready.cli.main"]
    )


def test_every_command_that_help_promises_exists() -> None:
    for name in COMMANDS:
        found = command_line.opsready.get_command(click.Context(command_line.opsready), name)
        assert found is not None
        assert found.name == name
