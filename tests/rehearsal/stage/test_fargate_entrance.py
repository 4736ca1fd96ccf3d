"""What stands in for the load balancer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from opsready.rehearsal.stage.answer import Request
from opsready.rehearsal.stage.fargate_entrance import Entrance, Target
from opsready.rehearsal.stage.ports import free_port


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(418)
        self.send_header("X-Seen", self.path)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


ORDER = Request("POST", "/orders", body='{"a": 1}')


def test_a_request_is_passed_on_and_its_answer_comes_back(port: int) -> None:
    with Entrance() as entrance:
        entrance.lead_to(Target(port))
        answer = entrance.ask(ORDER, 5)
    assert (answer.status, answer.body, answer.headers["x-seen"]) == (418, b'{"a": 1}', "/orders")
    assert [(one.status, one.by_target) for one in entrance.passed] == [(418, True)]


def test_without_a_target_it_says_so_itself() -> None:
    with Entrance() as entrance:
        assert entrance.ask(ORDER, 5).status == 503
    assert [(one.status, one.by_target) for one in entrance.passed] == [(503, False)]


def test_a_target_that_does_not_answer_is_not_the_targets_answer() -> None:
    with Entrance() as entrance:
        entrance.lead_to(Target(free_port()))
        assert entrance.ask(ORDER, 5).status == 502
    assert [(one.status, one.by_target) for one in entrance.passed] == [(502, False)]


def test_whoever_has_an_answer_finds_it_noted() -> None:
    entrance, noted = Entrance(), []

    class Hop:
        path = "/orders"

        def send(self, reply: object) -> None:
            noted.append([one.status for one in entrance.passed])

    entrance.pass_on(Hop())  # type: ignore[arg-type]
    assert noted == [[503]]


def test_a_release_that_fails_turns_its_users_away(port: int) -> None:
    with Entrance() as entrance:
        entrance.lead_to(Target(port, lambda path: path == "/orders"))
        assert entrance.ask(ORDER, 5).status == 500
        assert entrance.ask(Request("POST", "/ready", body=""), 5).status == 418
