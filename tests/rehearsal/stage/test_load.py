"""Clients that remember what became of every request."""

import threading
from collections import Counter
from typing import Any

from opsready.rehearsal.stage.answer import Answer, Fate, Request
from opsready.rehearsal.stage.load import Load
from opsready.spec.spec import Journey

JOURNEYS = [
    Journey.model_validate({"name": name, "steps": [{"method": "GET", "path": f"/{name}"}] * 2})
    for name in ("a", "b")
]


class Answering:
    """A service whose answers a test decides."""

    def __init__(self, fate: Fate = Fate.ANSWERED) -> None:
        self.fate = fate
        self.clients: set[int] = set()

    def ask(self, request: Request, timeout_s: float) -> Answer:
        self.clients.add(threading.get_ident())
        return Answer(self.fate, 200 if self.fate is Fate.ANSWERED else 0, b"{}", 0.0, 0.1)


def load_of(service: Any) -> Load:
    return Load(service, JOURNEYS, timeout_s=1, clients=4)


def test_every_request_is_remembered_and_all_journeys_are_played() -> None:
    service = Answering()
    with load_of(service) as load:
        assert load.await_entries(100, within_s=20)
    seen = Counter(entry.request for entry in load.entries)
    assert seen.keys() == {"GET /a", "GET /b"}
    assert len(service.clients) == 4
    assert not any(thread.is_alive() for thread in load._threads), "nothing is asked any more"


def test_clients_that_are_turned_away_come_back() -> None:
    service = Answering(Fate.REFUSED)
    with load_of(service) as load:
        assert load.await_entries(20, within_s=20)
        service.fate = Fate.ANSWERED
        refused = len(load.entries)
        assert load.await_entries(refused + 50, within_s=20)
    assert {entry.answer.fate for entry in load.entries} == {Fate.REFUSED, Fate.ANSWERED}


def test_too_few_requests_in_the_time_are_said_to_be_too_few() -> None:
    with load_of(Answering(Fate.REFUSED)) as load:
        assert not load.await_entries(10**9, within_s=0.05)
