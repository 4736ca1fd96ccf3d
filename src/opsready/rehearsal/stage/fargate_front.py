"""Stands before the emulator of AWS, and says of ECS what the emulator cannot: how a rollout goes.

Everything is passed on as it came, but for four gaps of the emulator (moto 5.2.5): it fails on
one-off tasks whose containers leave their memory to the task, so those are started here; it fails
on tags of what scales, which Terraform then tries again for minutes, so they are kept here; it
knows no definition of an Alertmanager, so that is kept here; and it knows no percentile of a
metric, so it is asked for the largest of those that were published.
Answers about services are completed with what really runs: the emulator accepts a new task
definition, starts nothing, and keeps the first deployment for ever.
"""

import contextlib
import http.client
import json
from collections.abc import Mapping
from typing import Any, Protocol

from opsready.rehearsal.stage.alert_definitions import AlertDefinitions
from opsready.rehearsal.stage.http_server import AnyMethod, HttpServer
from opsready.rehearsal.stage.ports import LOOPBACK, free_port

_TARGET = "X-Amz-Target"
_JSON = "application/x-amz-json-1.1"
_ECS = "AmazonEC2ContainerServiceV20141113."
# A provider's slowest call to the emulator answers within seconds.
_ANSWER_WITHIN_S = 60

_SCALING = "AnyScaleFrontendService."
_LOAD_BALANCER_MADE = b"Action=CreateLoadBalancer"
# A statistic in the three protocols of CloudWatch, and what stands for it: CBOR, JSON, query.
_PERCENTILE = (
    (b"\x63p95", b"\x67Maximum"),
    (b'"p95"', b'"Maximum"'),
    (b"Stat=p95", b"Stat=Maximum"),
)


class Knows(Protocol):
    """Who knows how things stand in ECS."""

    def instead(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The whole answer; None where the emulator gives it."""

    def complete(
        self, operation: str, asked: Mapping[str, Any], answer: dict[str, Any]
    ) -> dict[str, Any]:
        """The emulator's answer, completed."""

    def load_balancer_made(self) -> None:
        """One was created."""


class Front:
    """Listens on loopback in front of a port of the emulator. Use it as a context manager."""

    def __init__(self, behind: int, knows: Knows) -> None:
        self.port = free_port()
        self.behind = behind
        self.knows = knows
        self.tags: dict[str, dict[str, str]] = {}
        self.alerting = AlertDefinitions()
        self._server: _Server | None = None

    @property
    def endpoint(self) -> str:
        """For `AWS_ENDPOINT_URL`."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> "Front":
        self._server = _Server(self)
        self._server.begin()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.end()


def without_percentiles(body: bytes) -> bytes:
    """A request for a metric, so that the emulator can answer it; any other as it is."""
    if b"TargetResponseTime" in body:
        for asked, instead in _PERCENTILE:
            body = body.replace(asked, instead)
    return body


class _Server(HttpServer):
    def __init__(self, front: Front) -> None:
        self.front = front
        super().__init__(front.port, _Hop)


class _Hop(AnyMethod):
    server: _Server

    def respond(self) -> None:
        body = without_percentiles(self._body())
        instead = self._instead(body)
        kept = self.server.front.alerting.answer(self.command, self.path, body)
        if instead is not None or kept is not None:
            status, content = kept or (http.client.OK, instead or b"")
            self._answer(status, [("Content-Type", _JSON)], content)
            return
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
            self._answer(response.status, response.getheaders(), content)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            connection.close()

    @property
    def _operation(self) -> str:
        """Of ECS; "" for anything else."""
        target = self.headers.get(_TARGET) or ""
        return target.removeprefix(_ECS) if target.startswith(_ECS) else ""

    def _instead(self, body: bytes) -> bytes | None:
        if not self._operation:
            return self._of_tags(body)
        answer = self.server.front.knows.instead(self._operation, json.loads(body or b"{}"))
        return None if answer is None else json.dumps(answer).encode()

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _of_tags(self, body: bytes) -> bytes | None:
        """What scales has the tags that it was given last."""
        target, tags = self.headers.get(_TARGET) or "", self.server.front.tags
        if target not in {f"{_SCALING}TagResource", f"{_SCALING}ListTagsForResource"}:
            return None
        asked = json.loads(body)
        known = tags.setdefault(asked["ResourceARN"], {})
        known |= asked.get("Tags") or {}
        return b"{}" if "Tags" in asked else json.dumps({"Tags": known}).encode()

    def _completed(self, status: int, body: bytes, content: bytes) -> bytes:
        knows = self.server.front.knows
        if status == http.client.OK and body.startswith(_LOAD_BALANCER_MADE):
            knows.load_balancer_made()
        if status != http.client.OK or not self._operation:
            return content
        asked, answer = json.loads(body or b"{}"), json.loads(content or b"{}")
        return json.dumps(knows.complete(self._operation, asked, answer)).encode()

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            length = str(len(content))
            for name, value in headers:
                if self.command == "HEAD" and name.lower() == "content-length":
                    length = value
                elif name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
