"""Asks the service over HTTP, and tells apart what can become of a request."""

import http.client
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from opsready.rehearsal.stage.ports import LOOPBACK

BODY_BYTES_AT_MOST = 16 << 20
# Delimiters of RFC 3986 and the percent sign: a path is encoded where its author did not.
_KEPT_IN_PATHS = "/?&=:%+,;@!$'()*~#[]"


class Fate(StrEnum):
    """answered: a whole answer came · refused: no connection, so nothing was accepted · lost: the
    connection stood, the request was sent, and no whole answer came · late: not within time."""

    ANSWERED = "answered"
    REFUSED = "refused"
    LOST = "lost"
    LATE = "late"


@dataclass(frozen=True)
class Request:
    """`body` is sent as it is; a content type of JSON is added where headers name none."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Answer:
    """What became of a request. `status` is 0 unless it was answered; times are monotonic."""

    fate: Fate
    status: int
    body: bytes
    sent_at: float
    ended_at: float
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """From the first attempt to connect to the end of the answer."""
        return self.ended_at - self.sent_at

    @property
    def is_good(self) -> bool:
        """A whole answer that says yes."""
        return self.fate is Fate.ANSWERED and 200 <= self.status < 400

    @property
    def said(self) -> str:
        """The status, or what became of it, in a word."""
        return str(self.status) if self.fate is Fate.ANSWERED else str(self.fate)


class Asked(Protocol):
    """What can be sent a request: a service, or what stands before one."""

    def ask(self, request: Request, timeout_s: float) -> Answer:
        """One request, on a connection of its own."""


def ask(port: int, request: Request, timeout_s: float) -> Answer:
    """One request on a connection of its own: a reused one may be closed by the server at the
    very moment at which it is used, which says nothing about the server."""
    sent_at = time.monotonic()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        connection.connect()
    except TimeoutError:
        return Answer(Fate.LATE, 0, b"", sent_at, time.monotonic())
    except OSError:
        return Answer(Fate.REFUSED, 0, b"", sent_at, time.monotonic())
    try:
        return _converse(connection, request, sent_at, timeout_s)
    except TimeoutError:
        return Answer(Fate.LATE, 0, b"", sent_at, time.monotonic())
    except (OSError, http.client.HTTPException):
        return Answer(Fate.LOST, 0, b"", sent_at, time.monotonic())
    finally:
        connection.close()


def _converse(
    connection: http.client.HTTPConnection, request: Request, sent_at: float, timeout_s: float
) -> Answer:
    headers = {"Connection": "close", **_content_type(request), **request.headers}
    body = request.body.encode() if request.body is not None else None
    path = urllib.parse.quote(request.path, safe=_KEPT_IN_PATHS)
    connection.request(request.method, path, body=body, headers=headers)
    response = connection.getresponse()
    content = _read(response, sent_at + timeout_s)
    told: dict[str, Any] = {name.lower(): value for name, value in response.getheaders()}
    return Answer(Fate.ANSWERED, response.status, content, sent_at, time.monotonic(), told)


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """A server that sends a byte now and then is late too: the time is for the whole answer."""
    parts: list[bytes] = []
    size = 0
    while size < BODY_BYTES_AT_MOST:
        part = response.read1(1 << 16)
        if not part:
            break
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _content_type(request: Request) -> dict[str, str]:
    named = any(name.lower() == "content-type" for name in request.headers)
    return {} if request.body is None or named else {"Content-Type": "application/json"}
