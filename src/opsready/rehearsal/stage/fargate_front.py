"""Stands before the emulator of AWS, and says of ECS what the emulator cannot: how a rollout goes.

Everything is passed on as it came. Answers about services and tasks are completed with what really
runs here: the emulator accepts a new task definition, starts nothing, and keeps the first
deployment for ever.
"""

import contextlib
import http.client
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opsready.rehearsal.stage.ports import LOOPBACK, free_port

_TARGET = "X-Amz-Target"
_ECS = "AmazonEC2ContainerServiceV20141113."
# A provider's slowest call to the emulator answers within seconds.
_ANSWER_WITHIN_S = 60

Complete = Callable[[str, Mapping[str, Any], dict[str, Any]], dict[str, Any]]
"""Operation, request and answer of ECS, to the answer as it is given."""


class Front:
    """Listens on loopback in front of a port of the emulator. Use it as a context manager."""

    def __init__(self, behind: int, complete: Complete) -> None:
        self.port = free_port()
        self.behind = behind
        self.complete = complete
        self._server: _Server | None = None

    @property
    def endpoint(self) -> str:
        """For `AWS_ENDPOINT_URL`."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> "Front":
        self._server = _Server((LOOPBACK, self.port), _Hop)
        self._server.front = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    front: Front

    def handle_error(self, *_: Any) -> None:
        """A client that went away is not our business."""


class _Hop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass_on(self) -> None:
        body = self._body()
        connection = http.client.HTTPConnection(
            LOOPBACK, self.server.front.behind, timeout=_ANSWER_WITHIN_S
        )
        try:
            # The signature covers the host as the client wrote it.
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                    connection.putheader(name, value)
            if body or self.command in {"POST", "PUT"}:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            content = self._completed(response.status, body, response.read())
            self._answer(response, content)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            connection.close()

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _completed(self, status: int, body: bytes, content: bytes) -> bytes:
        operation = (self.headers.get(_TARGET) or "").removeprefix(_ECS)
        if status != http.client.OK or _ECS not in (self.headers.get(_TARGET) or ""):
            return content
        try:
            asked, answer = json.loads(body or b"{}"), json.loads(content or b"{}")
        except ValueError:
            return content
        return json.dumps(self.server.front.complete(operation, asked, answer)).encode()

    def _answer(self, response: http.client.HTTPResponse, content: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response_only(response.status)
            length = str(len(content))
            for name, value in response.getheaders():
                if self.command == "HEAD" and name.lower() == "content-length":
                    length = value
                elif name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    def __getattr__(self, name: str) -> Any:
        """The parent looks for `do_` and the method's name."""
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
