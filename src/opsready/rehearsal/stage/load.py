"""Clients that keep asking, and remember what became of every single request."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from opsready.rehearsal.stage.answer import Answer, Asked, Fate
from opsready.rehearsal.stage.journeys import play
from opsready.spec.spec import Journey

CLIENTS = 8
# A client that was turned away tries again a little later, as a load balancer does.
_TURNED_AWAY_PAUSE_S = 0.02


@dataclass(frozen=True)
class Entry:
    """One request of the load: what it was and what became of it."""

    request: str
    answer: Answer


class Load:
    """Plays the journeys over and over while the context lasts, with every request on a
    connection of its own and `pause_s` between two journeys of a client. `stop` ends it; requests
    under way are waited for."""

    def __init__(
        self,
        service: Asked,
        journeys: Sequence[Journey],
        timeout_s: float,
        clients: int = CLIENTS,
        pause_s: float = 0,
    ) -> None:
        self._service = service
        self._journeys = journeys
        self._timeout_s = timeout_s
        self._pause_s = pause_s
        self._ended = threading.Event()
        self._entries: list[Entry] = []
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True)
            for number in range(clients)
        ]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every request that came to an end so far."""
        return tuple(self._entries)

    def await_entries(self, count: int, within_s: float) -> bool:
        """Whether so many requests came to an end in that time."""
        deadline = time.monotonic() + within_s
        while len(self._entries) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return len(self._entries) >= count

    def stop(self) -> None:
        """Starts no more requests, and waits for those under way."""
        self._ended.set()
        for thread in self._threads:
            thread.join(self._timeout_s * 2)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, number: int) -> None:
        """Clients begin with different journeys, so that they are spread over all of them."""
        turn = number
        while not self._ended.is_set():
            journey = self._journeys[turn % len(self._journeys)]
            turn += 1
            self._ended.wait(self._pause_s)
            for played in play(self._service, journey, self._timeout_s):
                if played.answer is None:
                    break
                request = f"{played.step.method} {played.step.path}"
                self._entries.append(Entry(request, played.answer))
                if played.answer.fate is Fate.REFUSED:
                    self._ended.wait(_TURNED_AWAY_PAUSE_S)
                if self._ended.is_set():
                    return
