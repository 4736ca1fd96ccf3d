"""What every backing has that is a program listening here: it can be stopped, killed, frozen."""

import signal
from typing import ClassVar

from opsready.rehearsal.stage.process import Process

_STOP_S = 20


class Server:
    """One process and its children; a backing adds how it is started."""

    STOPPED_BY: ClassVar[signal.Signals] = signal.SIGTERM

    _process: Process | None = None

    @property
    def is_up(self) -> bool:
        """Whether the server runs."""
        return self._process is not None and self._process.is_alive

    @property
    def was_asked(self) -> bool:
        """Only an open connection tells."""
        return False

    def schema(self) -> tuple[str, ...] | None:
        """Most have none."""
        return None

    def answer_all_with(self, status: int | None) -> bool:
        """It speaks no HTTP."""
        return False

    def stop(self) -> None:
        """As an operator stops it: connections are closed, nothing listens."""
        if self._process is not None:
            self._process.stop(_STOP_S, self.STOPPED_BY)

    def kill(self) -> None:
        """As the out-of-memory killer does it."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """For good, whatever state it is in."""
        self.kill()

    def pause(self) -> None:
        """It hangs: it and its children are stopped in their tracks."""
        if self._process is not None:
            self._process.pause()

    def resume(self) -> None:
        """They go on."""
        if self._process is not None:
            self._process.resume()
