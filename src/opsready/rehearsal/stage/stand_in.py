"""Stands in for a service that ours calls over HTTP: answers by simple rules, and records."""

import contextlib
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.http_server import AnyMethod, HttpServer
from opsready.rehearsal.stage.ports import LOOPBACK, free_port
from opsready.spec.spec import Reply

_RECORDED_AT_MOST = 1000
_BODY_BYTES_AT_MOST = 1 << 20
# Longer than the time-outs that clients usually have: a paused peer is one that does not answer.
_HANGS_AT_MOST_S = 120


@dataclass(frozen=True)
class Received:
    """A request that the service sent."""

    method: str
    path: str


@dataclass
class _State:
    """What the threads of the server share."""

    replies: Sequence[Reply]
    received: list[Received] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)
    status: int | None = None


class StandIn:
    """The first reply that fits is given; where none does, 200 and an empty JSON object."""

    kind = "http"

    def __init__(self, name: str, room: Room, replies: Sequence[Reply] = ()) -> None:
        self.name = name
        self._port = free_port()
        self._state = _State(replies)
        self._state.goes_on.set()
        self._server: _Server | None = None
        del room  # keeps nothing on disk

    @property
    def address(self) -> Mapping[str, str]:
        """`url` has no slash at its end."""
        url = f"http://{LOOPBACK}:{self._port}"
        return {"url": url, "host": LOOPBACK, "port": str(self._port)}

    @property
    def secrets(self) -> tuple[str, ...]:
        """It asks for none."""
        return ()

    @property
    def tool(self) -> tuple[str, str]:
        """Part of opsready."""
        return "http stand-in", "1"

    @property
    def is_up(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    @property
    def was_asked(self) -> bool:
        """Whether a request came."""
        return bool(self._state.received)

    @property
    def received(self) -> tuple[Received, ...]:
        """What the service asked of it, the first thousand."""
        return tuple(self._state.received)

    def start(self) -> None:
        """Listens again on the same port."""
        if self._server is None:
            self._server = _Server(self._port, self._state)
            self._server.begin()

    def stop(self) -> None:
        """Connections are refused."""
        if self._server is not None:
            self._server.end()
            self._server = None
            self._state.goes_on.set()

    kill = close = stop

    def schema(self) -> tuple[str, ...] | None:
        """It keeps nothing."""
        return None

    def answer_all_with(self, status: int | None) -> bool:
        """It can be told."""
        self._state.status = status
        return True

    def pause(self) -> None:
        """Requests are taken and not answered."""
        self._state.goes_on.clear()

    def resume(self) -> None:
        """Those that waited are answered."""
        self._state.goes_on.set()


class _Server(HttpServer):
    def __init__(self, port: int, state: _State) -> None:
        self.state = state
        self._clients: set[socket.socket] = set()
        super().__init__(port, _Answers)

    def get_request(self) -> tuple[socket.socket, Any]:
        client, address = super().get_request()
        self._clients.add(client)
        return client, address

    def shutdown_request(self, request: Any) -> None:
        self._clients.discard(request)
        super().shutdown_request(request)

    def end(self) -> None:
        """Connections that clients keep open end too: a stopped peer answers on none."""
        super().end()
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


class _Answers(AnyMethod):
    server: _Server

    def respond(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _BODY_BYTES_AT_MOST)).decode("utf-8", "replace")
        state = self.server.state
        if len(state.received) < _RECORDED_AT_MOST:
            state.received.append(Received(self.command, self.path))
        state.goes_on.wait(_HANGS_AT_MOST_S)
        reply = next((r for r in state.replies if _fits(r, self.command, self.path, body)), None)
        if reply is not None and reply.after_s:
            time.sleep(reply.after_s)
        status = state.status or (reply.status if reply else 200)
        self._send(status, (reply.json_body if reply else None) or "{}")

    def _send(self, status: int, text: str) -> None:
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)


def _fits(reply: Reply, method: str, path: str, body: str) -> bool:
    return (
        reply.method in (None, method)
        and (reply.path is None or _path_fits(reply.path, path.partition("?")[0]))
        and (reply.contains is None or reply.contains in body)
    )


def _path_fits(wanted: str, path: str) -> bool:
    """`*` at the end stands for any rest."""
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted
