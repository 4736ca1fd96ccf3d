"""Probes that need no service run in threads, beside those that share it."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from opsready.rehearsal.proof import Proof
from opsready.rehearsal.stage.interrupts import uninterrupted
from opsready.rehearsal.stage.trouble import Ended

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

_LOOK_S = 0.2


class Beside:
    """Starts each task in a thread of its own when it is entered. Left without trouble, it waits
    for all of them; left with any, Ctrl-C among it, it ends what they started, and them."""

    def __init__(self, stage: "Stage", tasks: Sequence[Callable[[], Proof]]) -> None:
        self.proofs: list[Proof] = []
        self._stage = stage
        self._threads = [
            threading.Thread(target=self._keep, args=(task,), daemon=True) for task in tasks
        ]

    def __enter__(self) -> "Beside":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                for thread in self._threads:
                    thread.join()
        finally:
            with uninterrupted():
                self._end()

    def _keep(self, task: Callable[[], Proof]) -> None:
        with contextlib.suppress(Ended):
            self.proofs.append(task())

    def _end(self) -> None:
        """A thread starts nothing more once the stage is over, and a command that it waits for is
        ended until there is none."""
        while any(thread.is_alive() for thread in self._threads):
            self._stage.abandon()
            for thread in self._threads:
                thread.join(_LOOK_S)
