"""A tool of this machine, run so that neither the tree under review nor the tool can do harm.

An argument list without a shell, an environment of four names, a folder of its own, a bound in
time and in the size of what it answers; its whole family is ended with it.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from opsready.review.check import NotRun

# The slowest tool that was met needs 3 s for a tree of 2,000 files (bench); what is not done by
# then was given something that it cannot end on.
TIMEOUT_S = 30.0
# Ten thousand remarks of the most talkative tool; nobody reads more.
BYTES_AT_MOST = 32 << 20
_SYSTEM_PATH = "/usr/bin:/bin"


def find_program(name: str, root: Path, get: str) -> Path:
    """Next to the running Python, where an extra installs it, or on PATH; nothing of the tree
    below `root` is taken from there. Raises `NotRun` with `get`, how to come by it."""
    own = Path(sys.executable).parent / name
    if _can_run(own):
        return own
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep)]
    known = [folder / name for folder in folders if folder.is_absolute()]
    found = [program for program in known if _can_run(program)]
    outside = [program for program in found if not _is_below(program, root)]
    if outside:
        return outside[0]
    if found:
        raise NotRun(f"{name} stands in the tree under review, and nothing of that is run")
    raise NotRun(f"not installed: {get}")


def _can_run(program: Path) -> bool:
    # In this order: to ask for a file in a folder that is closed to us would raise.
    return os.access(program, os.X_OK) and program.is_file()


def _is_below(program: Path, root: Path) -> bool:
    return any(path.is_relative_to(root) for path in (program, program.resolve()))


@dataclass
class Family:
    """The processes that run now, so that all can be ended at once, from another thread."""

    _running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _is_closed: bool = False

    def run(
        self,
        arguments: list[str],
        folder: Path,
        extra: Mapping[str, str],
        timeout_s: float = TIMEOUT_S,
    ) -> tuple[int, bytes]:
        """Exit code and standard output. Raises `NotRun` where either bound is crossed."""
        process = self._start(arguments, folder, extra)
        try:
            output = _output(process, time.monotonic() + timeout_s, timeout_s)
            return process.wait(), output
        finally:
            self._end(process)

    def close(self) -> None:
        """Ends what runs; nothing is started any more."""
        with self._lock:
            self._is_closed = True
            running = list(self._running.values())
        for process in running:
            _kill(process)

    def _start(
        self, arguments: list[str], folder: Path, extra: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        place = str(folder)
        named = {"PATH": _SYSTEM_PATH, "HOME": place, "TMPDIR": place, "LANG": "C.UTF-8"}
        with self._lock:
            if self._is_closed:
                raise NotRun("interrupted")
            try:
                process = subprocess.Popen(
                    arguments,
                    cwd=folder,
                    env={**named, **extra},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                raise NotRun(f"{arguments[0]} cannot be started: {error.strerror}") from None
            self._running[process.pid] = process
            return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        _kill(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        with self._lock:
            self._running.pop(process.pid, None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The whole session: a tool may have started others. One that was waited for is gone, and
    its number may be another's."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _output(process: subprocess.Popen[bytes], deadline: float, timeout_s: float) -> bytes:
    """All that it says; an end of its output before the deadline is its own end too."""
    stream = process.stdout
    assert stream is not None
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            part = os.read(stream.fileno(), 1 << 16)
            if not part:
                _await(process, deadline, timeout_s)
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > BYTES_AT_MOST:
                raise NotRun(f"answered more than {BYTES_AT_MOST >> 20} MB")
    raise NotRun(f"took longer than {timeout_s:g} s")


def _await(process: subprocess.Popen[bytes], deadline: float, timeout_s: float) -> None:
    """A tool that closed its output and stays is no different from one that never ends."""
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise NotRun(f"took longer than {timeout_s:g} s") from None
