"""Runs commands side by side and keeps the medians."""

import json
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_STOPS_WITHIN_S = 5


@dataclass(frozen=True)
class Command:
    """`shown` is what a reader would type; `answers` are the exit codes of a run that worked, and
    `remedy` what to do where the program is missing."""

    shown: str
    arguments: tuple[str, ...]
    answers: tuple[int, ...] = (0,)
    remedy: str = ""


@dataclass(frozen=True)
class Timing:
    """Medians over runs: seconds on the clock, and seconds of processor time with children."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class NotMeasured:
    """A figure that is missing, and why."""

    why: str


@dataclass(frozen=True)
class Ran:
    """One run that worked, with what it printed."""

    timing: Timing
    said: str


def side_by_side(
    commands: Sequence[Command], runs: int, *, warm: bool = True
) -> list[Timing | NotMeasured]:
    """Each command once in every round, so that a busy moment of the machine meets them all.

    A first round warms file caches and bytecode and is not counted, unless `warm` is false; a
    command that fails in the first round is not measured.
    """
    first = [once(command) for command in commands]
    working = [n for n, answer in enumerate(first) if isinstance(answer, Ran)]
    counted: dict[int, list[Timing]] = {n: [] for n in working}
    for number in range(runs):
        for n in working:
            answer = first[n] if number == 0 and not warm else once(commands[n])
            if isinstance(answer, Ran):
                counted[n].append(answer.timing)
    return [
        median(counted[n]) if isinstance(answer, Ran) else answer for n, answer in enumerate(first)
    ]


def median(timings: Sequence[Timing]) -> Timing | NotMeasured:
    """The middle of each of the two."""
    if not timings:
        return NotMeasured("worked once, then failed in every round")
    return Timing(
        statistics.median(timing.wall_s for timing in timings),
        statistics.median(timing.cpu_s for timing in timings),
    )


def once(command: Command) -> Ran | NotMeasured:
    """A home of its own keeps a user's settings and caches out of the figure."""
    if not Path(command.arguments[0]).exists():
        return NotMeasured("; ".join(["it is not installed here", *filter(None, [command.remedy])]))
    with tempfile.TemporaryDirectory() as home:
        return _once(command, Path(home))


def _once(command: Command, home: Path) -> Ran | NotMeasured:
    output, errors = home / "stdout", home / "stderr"
    with output.open("wb") as stdout, errors.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=_environment(home),
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            _stop(process)
            raise
        wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.answers:
        said = errors.read_text(encoding="utf-8", errors="replace").splitlines() or ["nothing"]
        return NotMeasured(f"exit {process.returncode}: {said[0]}")
    timing = Timing(wall_s, used.ru_utime + used.ru_stime)
    return Ran(timing, output.read_text(encoding="utf-8", errors="replace"))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C would, so that it stops its own children too."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(home: Path) -> Mapping[str, str]:
    """An empty one; PYTHONPATH stays, which says what opsready is measured."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8"}


def told(command: Command) -> Mapping[str, float] | NotMeasured:
    """What a command that measures itself says of it: one object of JSON."""
    ran = once(command)
    return ran if isinstance(ran, NotMeasured) else dict(json.loads(ran.said))
