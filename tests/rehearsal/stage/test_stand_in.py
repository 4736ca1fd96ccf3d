"""What stands in for a service over HTTP."""

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.rehearsal.stage.answer import Fate, Request, ask
from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.stand_in import Received, StandIn
from opsready.spec.spec import Reply

REPLIES = [
    Reply(method="POST", path="/charges", contains="tok_declined", status=402, json='{"no": 1}'),
    Reply(path="/charges/*", status=204),
    Reply(path="/slow", status=200, after_s=0.3),
]


@pytest.fixture
def payments(tmp_path: Path) -> Iterator[StandIn]:
    stand_in = StandIn("payments", Room(tmp_path, "opsready-test"), REPLIES)
    stand_in.start()
    yield stand_in
    stand_in.close()


def status_of(stand_in: StandIn, request: Request, timeout_s: float = 5) -> str:
    return ask(int(stand_in.address["port"]), request, timeout_s).said


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request("POST", "/charges", body='{"token": "tok_declined"}'), "402"),
        (Request("POST", "/charges", body='{"token": "tok_ok"}'), "200"),
        (Request("GET", "/charges/17?x=1"), "204"),
        (Request("GET", "/anything"), "200"),
        (Request("DELETE", "/anything"), "200"),
    ],
)
def test_the_first_reply_that_fits_is_given(
    payments: StandIn, request_: Request, said: str
) -> None:
    assert status_of(payments, request_) == said


def test_what_was_asked_is_recorded(payments: StandIn) -> None:
    assert not payments.was_asked
    status_of(payments, Request("POST", "/charges", body="{}"))
    assert payments.received == (Received("POST", "/charges"),)
    assert payments.was_asked


def test_a_stopped_one_refuses_and_comes_back_on_the_same_port(payments: StandIn) -> None:
    before = payments.address
    payments.stop()
    assert status_of(payments, Request("GET", "/")) == "refused"
    payments.start()
    assert payments.address == before
    assert status_of(payments, Request("GET", "/")) == "200"


def test_a_stopped_one_answers_on_no_connection_that_was_kept_open(payments: StandIn) -> None:
    kept = http.client.HTTPConnection("127.0.0.1", int(payments.address["port"]), timeout=5)
    kept.request("GET", "/")
    assert kept.getresponse().read() == b"{}"
    payments.stop()
    with pytest.raises((http.client.HTTPException, OSError)):
        kept.request("GET", "/")
        kept.getresponse()


def test_a_paused_one_takes_requests_and_does_not_answer(payments: StandIn) -> None:
    payments.pause()
    answer = ask(int(payments.address["port"]), Request("GET", "/"), 0.2)
    assert answer.fate is Fate.LATE
    payments.resume()
    assert status_of(payments, Request("GET", "/")) == "200"


def test_a_slow_reply_takes_its_time(payments: StandIn) -> None:
    assert status_of(payments, Request("GET", "/slow"), timeout_s=0.1) == "late"
    assert status_of(payments, Request("GET", "/slow")) == "200"
