"""Where a rehearsal's notifications arrive: an endpoint on loopback that takes what PagerDuty, SNS
and webhooks take, and keeps it."""

import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

from opsready.rehearsal.stage.http_server import AnyMethod, HttpServer
from opsready.rehearsal.stage.ports import LOOPBACK, free_port

_BODY_BYTES_AT_MOST = 1 << 20
_KEPT_AT_MOST = 10_000
# What a client of SNS looks for in an answer (its API reference, `Publish`).
_PUBLISHED = (
    '<PublishResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
    "<MessageId>rehearsal</MessageId></PublishResult></PublishResponse>"
)


@dataclass(frozen=True)
class Arrived:
    """One notification: the path that it was sent to, and its body as JSON or as a form."""

    path: str
    body: Any


class Desk:
    """Takes all that comes until it is left. Use as a context manager."""

    def __init__(self) -> None:
        self._arrived: list[Arrived] = []
        self._port = free_port()
        self._server = _Server(self._port, self._arrived)

    def __enter__(self) -> "Desk":
        self._server.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.end()

    def url(self, *parts: str) -> str:
        """The address of a place of it; a part may hold any letters."""
        path = "/".join(urllib.parse.quote(part, safe="") for part in parts)
        return f"http://{LOOPBACK}:{self._port}/{path}"

    def at(self, *parts: str) -> list[Any]:
        """The bodies that came to a place, or below it, in order."""
        wanted = "/" + "/".join(urllib.parse.quote(part, safe="") for part in parts)
        below = wanted + "/"
        return [a.body for a in list(self._arrived) if (a.path + "/").startswith(below)]

    @property
    def count(self) -> int:
        """How many came."""
        return len(self._arrived)


class _Server(HttpServer):
    def __init__(self, port: int, arrived: list[Arrived]) -> None:
        self.arrived = arrived
        super().__init__(port, _Answers)


class _Answers(AnyMethod):
    server: _Server

    def respond(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(min(length, _BODY_BYTES_AT_MOST)).decode("utf-8", "replace")
        if len(self.server.arrived) < _KEPT_AT_MOST:
            self.server.arrived.append(Arrived(self.path.partition("?")[0], _read(text)))
        is_form = "form" in self.headers.get("Content-Type", "")
        self._send(200, _PUBLISHED) if is_form else self._send(202, '{"status": "success"}')

    def _send(self, status: int, text: str) -> None:
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return dict(urllib.parse.parse_qsl(text))
