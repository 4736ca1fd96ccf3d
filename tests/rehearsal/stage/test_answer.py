"""What can become of a request, told apart by servers that do just that."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from opsready.rehearsal.stage.answer import Fate, Request, ask
from opsready.rehearsal.stage.ports import LOOPBACK, free_port

Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behaviour: Behaviour) -> Iterator[int]:
    with socket.create_server((LOOPBACK, free_port())) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                behaviour(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def says(text: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text)

    return behave


def resets(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_silent(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.recv(1)


def drips(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with pytest.raises(OSError):
        while True:
            connection.sendall(b"x")
            threading.Event().wait(0.01)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("behaviour", "fate", "said"),
    [
        (says(OK), Fate.ANSWERED, "200"),
        (says(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), Fate.ANSWERED, "503"),
        (says(b""), Fate.LOST, "lost"),
        (says(OK[:-1]), Fate.LOST, "lost"),
        (says(b"not HTTP\r\n"), Fate.LOST, "lost"),
        (resets, Fate.LOST, "lost"),
        (is_silent, Fate.LATE, "late"),
        (drips, Fate.LATE, "late"),
    ],
    ids=["good", "error", "closed", "cut off", "babble", "reset", "silent", "dripping"],
)
def test_the_fate_of_a_request(behaviour: Behaviour, fate: Fate, said: str) -> None:
    with server(behaviour) as port:
        answer = ask(port, Request("GET", "/"), 0.3)
        assert (answer.fate, answer.said) == (fate, said)
        assert answer.is_good is (said == "200")


def test_a_port_on_which_nobody_listens_refuses() -> None:
    assert ask(free_port(), Request("GET", "/"), 1).fate is Fate.REFUSED


def test_the_request_is_sent_as_it_is_given() -> None:
    received: list[bytes] = []

    def keep(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(OK)

    request = Request("POST", "/a b?x={y}", {"Authorization": "Basic YTpi"}, '{"n": 1}')
    with server(keep) as port:
        answer = ask(port, request, 5)
    assert answer.body == b"{}"
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a%20b?x=%7By%7D HTTP/1.1"
    assert {"Authorization: Basic YTpi", "Content-Type: application/json"} <= set(lines)
    assert "Connection: close" in lines
    assert body in (b"", b'{"n": 1}')
