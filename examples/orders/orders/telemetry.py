"""What is recorded of each request: its id, one line in the log, its count and its time."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders.logs import request_id
from orders.metrics import HTTP_DURATION, HTTP_IN_FLIGHT, HTTP_REQUESTS

log = logging.getLogger(__name__)

# Asked every few seconds by machines: counting them would hide what users see.
UNRECORDED_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

# A caller's id ends up in logs: one that could forge a line or fill a disk is replaced.
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Telemetry:
    """ASGI middleware, outside of everything that can fail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        identity = _identity(Headers(scope=scope))
        request_id.set(identity)
        status = 0

        async def send_identified(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = identity
            await send(message)

        if scope["path"] in UNRECORDED_PATHS:
            await self.app(scope, receive, send_identified)
            return

        started_s = time.perf_counter()
        try:
            with HTTP_IN_FLIGHT.track_inprogress():
                await self.app(scope, receive, send_identified)
        except Exception:
            log.exception("request failed")
            if status:
                raise
            await JSONResponse({"detail": "internal error"}, 500)(scope, receive, send_identified)
        finally:
            _record(scope, status, time.perf_counter() - started_s)


def _identity(headers: Headers) -> str:
    given = headers.get("X-Request-ID", "")
    return given if SAFE_REQUEST_ID.fullmatch(given) else uuid4().hex


def _record(scope: Scope, status: int, duration_s: float) -> None:
    # The route's template, never the path: each order's id would be a series of its own.
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"] if scope["method"] in METHODS else "other"
    HTTP_REQUESTS.labels(method, route, status).inc()
    HTTP_DURATION.labels(method, route).observe(duration_s)
    log.info(
        "request answered",
        extra={
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(duration_s * 1000, 1),
        },
    )
