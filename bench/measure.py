"""Runs commands side by side and keeps the medians."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """`shown` is what a reader would type; `answers` are the exit codes of a run that worked."""

    shown: str
    arguments: tuple[str, ...]
    answers: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Timing:
    """Medians over runs: seconds on the clock, and seconds of processor time with children."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class NotMeasured:
    """A figure that is missing, and why."""

    why: str


def side_by_side(commands: Sequence[Command], runs: int) -> list[Timing | NotMeasured]:
    """Each command once in every round, so that a busy moment of the machine meets them all.

    A first round warms file caches and bytecode and is not counted; a command that fails in it is
    not measured.
    """
    with tempfile.TemporaryDirectory() as home:
        first = [_once(command, Path(home)) for command in commands]
        working = [n for n, answer in enumerate(first) if isinstance(answer, Timing)]
        counted: dict[int, list[Timing]] = {n: [] for n in working}
        for _ in range(runs):
            for n in working:
                answer = _once(commands[n], Path(home))
                if isinstance(answer, Timing):
                    counted[n].append(answer)
    return [_median(counted[n]) if n in counted else first[n] for n in range(len(commands))]


def _median(timings: Sequence[Timing]) -> Timing | NotMeasured:
    if not timings:
        return NotMeasured("worked once, then failed in every round")
    return Timing(
        statistics.median(timing.wall_s for timing in timings),
        statistics.median(timing.cpu_s for timing in timings),
    )


def _once(command: Command, home: Path) -> Timing | NotMeasured:
    """A home of its own keeps a user's settings and caches out of the figure."""
    if not Path(command.arguments[0]).exists():
        return NotMeasured("it is not installed here")
    errors = home / "stderr"
    with errors.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"},
        )
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.answers:
        said = errors.read_text(encoding="utf-8", errors="replace").splitlines() or ["nothing"]
        return NotMeasured(f"exit {process.returncode}: {said[0]}")
    return Timing(wall_s, used.ru_utime + used.ru_stime)
