"""SIGTERM becomes an exception, as Ctrl-C is one, so that a stage is always cleared; while it is
being cleared neither can interrupt."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(SystemExit):
    """Somebody asked us to end. Not an Exception: no probe may catch it; where nothing else does,
    it ends the process with the exit code that a shell gives for the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


@contextlib.contextmanager
def stops_raise() -> Iterator[None]:
    """SIGTERM and SIGHUP raise Stopped in the main thread; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """What arrives meanwhile is delivered afterwards. Blocking signals would not do: the kernel
    hands them to another thread, and Python runs the handler in the main one all the same."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    before = {number: signal.getsignal(number) for number in STOPS}
    for number in STOPS:
        signal.signal(number, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if arrived:
        signal.raise_signal(arrived[0])


def _raise(number: int, _frame: Any) -> None:
    raise Stopped(number)
