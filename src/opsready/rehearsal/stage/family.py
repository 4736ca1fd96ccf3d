"""All processes that came of one process, wherever they went, so that none outlives a stage."""

import os
import signal
import time
from collections.abc import Iterator

import psutil

MARK = "OPSREADY_STAGE"
"""A variable in the environment of all that a stage starts: a daemon that leaves its parent and
its session behind still carries it."""

_KILL_ROUNDS = 100
_KILL_PAUSE_S = 0.02


def members(leader: int, mark: str) -> list[psutil.Process]:
    """The leader, its descendants, its session and whoever carries a mark that begins so; no
    zombies. A leader of 0 is nobody."""
    found = {process.pid: process for process in _descendants(leader)}
    for process in psutil.process_iter():
        if process.pid not in found and _belongs(process, leader, mark):
            found[process.pid] = process
    return [process for process in found.values() if _is_alive(process)]


def size_of_session(leader: int) -> int:
    """How many processes share the leader's session: cheap enough to ask several times a second."""
    return sum(_session_of(pid) == leader for pid in psutil.pids())


def kill(leader: int, mark: str) -> bool:
    """Ends them all with SIGKILL, forks of the last moment included; whether none is left.

    One killpg reaches every process of the group at once, and the kernel lets no fork complete
    in a process that has a signal pending: that is what ends a fork bomb.
    """
    for _ in range(_KILL_ROUNDS):
        _kill_group(leader)
        left = members(leader, mark)
        if not left:
            return True
        for process in left:
            _kill_one(process)
        time.sleep(_KILL_PAUSE_S)
    return not members(leader, mark)


def _descendants(leader: int) -> Iterator[psutil.Process]:
    try:
        if leader:
            process = psutil.Process(leader)
            yield process
            yield from process.children(recursive=True)
    except psutil.Error:
        return


def _belongs(process: psutil.Process, leader: int, mark: str) -> bool:
    if process.pid == os.getpid():
        return False
    if leader and _session_of(process.pid) == leader:
        return True
    try:
        return process.environ().get(MARK, "").startswith(mark)
    except (psutil.Error, OSError):
        return False


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _kill_group(leader: int) -> None:
    try:
        if leader:
            os.killpg(leader, signal.SIGKILL)
    except OSError:
        return


def _kill_one(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return
