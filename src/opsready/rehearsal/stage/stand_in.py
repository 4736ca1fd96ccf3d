"""Stands in for a service that ours calls over HTTP: answers by simple rules, and records."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opsready.rehearsal.stage.backing import Room
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
            self._server = _Server((LOOPBACK, self._port), _Answers, self._state)
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.disconnect()
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: Any, state: _State) -> None:
        self.state = state
        self._clients: set[socket.socket] = set()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        client, address = super().get_request()
        self._clients.add(client)
        return client, address

    def shutdown_request(self, request: Any) -> None:
        self._clients.discard(request)
        super().shutdown_request(request)

    def disconnect(self) -> None:
        """Connections that clients keep open end too: a stopped peer answers on none."""
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """A client that went away is not our business."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
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

    def __getattr__(self, name: str) -> Any:
        """The parent looks for `do_` and the method's name."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the requests are recorded."""


def _fits(reply: Reply, method: str, path: str, body: str) -> bool:
    return (
        reply.method in (None, method)
        and (reply.path is None or _path_fits(reply.path, path.partition("?")[0]))
        and (reply.contains is None or reply.contains in body)
    )


def _path_fits(wanted: str, path: str) -> bool:
    """`*` at the end stands for any rest."""
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted


def replies_of(text: str) -> list[Reply]:
    """Replies from JSON, as tests and files write them."""
    return [Reply.model_validate(reply) for reply in json.loads(text)]
