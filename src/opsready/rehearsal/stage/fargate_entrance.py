"""Stands in for the load balancer: one address on loopback, in front of whichever release is on."""

import contextlib
import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass

from opsready.rehearsal.stage.answer import Answer, Request, ask
from opsready.rehearsal.stage.http_server import AnyMethod, HttpServer
from opsready.rehearsal.stage.ports import LOOPBACK, free_port

_BODY_BYTES_AT_MOST = 1 << 24
# The idle timeout of an AWS load balancer is 60 s; no request of a journey takes half of it.
_ANSWER_WITHIN_S = 30
_BAD_GATEWAY, _NO_TARGET, _SERVER_ERROR = 502, 503, 500
# Between two hops of HTTP these are each hop's own (RFC 9110, section 7.6.1).
_OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}


@dataclass(frozen=True)
class Passed:
    """One request that came through: `by_target` is False where no target answered it."""

    at: float
    status: int
    seconds: float
    by_target: bool


@dataclass(frozen=True)
class Target:
    """Where a release listens; `turned_away` says of a path whether its users get an error."""

    port: int
    turned_away: Callable[[str], bool] = lambda _: False


class Entrance:
    """Passes every request on to the present target. Use it as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self._target: Target | None = None
        self._passed: list[Passed] = []
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def passed(self) -> list[Passed]:
        """Every request so far, in the order in which they ended."""
        return list(self._passed)

    def lead_to(self, target: Target | None) -> None:
        """New requests go there; those under way are answered by whom they reached."""
        self._target = target

    def ask(self, request: Request, timeout_s: float) -> Answer:
        """One request, as a user sends it."""
        return ask(self.port, request, timeout_s)

    def __enter__(self) -> "Entrance":
        self._server = _Server(self)
        self._server.begin()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.end()

    def pass_on(self, request: "_Hop") -> None:
        """Asks the target, and answers what it answered: noted first, so that whoever has the
        answer finds it among those that passed."""
        began = time.monotonic()
        target = self._target
        if target is None:
            reply = _Reply(_NO_TARGET)
        elif target.turned_away(request.path):
            reply = _Reply(_SERVER_ERROR, by_target=True)
        else:
            reply = request.ask(target.port)
        seconds = time.monotonic() - began
        self._passed.append(Passed(time.time(), reply.status, seconds, reply.by_target))
        request.send(reply)


@dataclass(frozen=True)
class _Reply:
    """What is answered; without `headers` it is the load balancer's own."""

    status: int
    headers: list[tuple[str, str]] | None = None
    content: bytes = b""
    by_target: bool = False


class _Server(HttpServer):
    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        super().__init__(entrance.port, _Hop)


class _Hop(AnyMethod):
    server: _Server

    def respond(self) -> None:
        self.server.entrance.pass_on(self)

    def ask(self, port: int) -> _Reply:
        """The target's answer, to be passed on, or that it gave none."""
        length = min(int(self.headers.get("Content-Length") or 0), _BODY_BYTES_AT_MOST)
        body = self.rfile.read(length) if length else None
        headers = {n: v for n, v in self.headers.items() if n.lower() not in _OF_ONE_HOP}
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_ANSWER_WITHIN_S)
        try:
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            return _Reply(_BAD_GATEWAY)
        finally:
            connection.close()
        kept = [(n, v) for n, v in response.getheaders() if n.lower() not in _OF_ONE_HOP]
        return _Reply(response.status, kept, content, by_target=True)

    def send(self, reply: _Reply) -> None:
        """To whoever asked, if he still waits."""
        if reply.headers is None:
            self.close_connection = True
        with contextlib.suppress(OSError):
            self.send_response_only(reply.status)
            for name, value in reply.headers or ():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content)
