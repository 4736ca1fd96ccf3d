"""A server on loopback that speaks Prometheus's API over series of ours, and fails when told to."""

import json
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opsready.promql import PromQLError
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine, Outcome
from opsready.promql.plan import plan
from opsready.promql.series import Store

HANGS_S = 2.0


@dataclass
class Api:
    """`faults` are taken one a request, before it is answered: a status, `hang`, `half`, `text`.
    `warnings` come with each answer; `knows` are answers to queries that we cannot evaluate."""

    store: Store
    rules: Any = None
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refuses: str = ""
    steps_at_most: int = 11_000
    knows: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    url: str = ""
    context: ssl.SSLContext | None = None
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def fault(self) -> str:
        with self._lock:
            return self.faults.pop(0) if self.faults else ""

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if path == "/api/v1/rules":
            return 200, {"status": "success", "data": self.rules}
        if self.refuses and self.refuses in form["query"]:
            return 422, {"status": "error", "errorType": "execution", "error": "too expensive"}
        if path.endswith("query_range") and _steps(form) > self.steps_at_most:
            why = "query processing would load too many samples into memory in query execution"
            return 422, {"status": "error", "errorType": "execution", "error": why}
        if form["query"] in self.knows:
            return 200, {"status": "success", "data": self.knows[form["query"]]}
        try:
            data = self._evaluated(path, form)
        except PromQLError as error:
            return 400, {"status": "error", "errorType": "bad_data", "error": str(error)}
        return 200, {"status": "success", "data": data, "warnings": self.warnings}

    def _evaluated(self, path: str, form: dict[str, str]) -> Any:
        made = plan(form["query"])
        if path == "/api/v1/query":
            outcome = Engine(self.store).instant(made, round(float(form["time"]) * 1000))
        else:
            start, end, step = (round(float(form[k]) * 1000) for k in ("start", "end", "step"))
            outcome = Engine(self.store).evaluate(made, Grid.between(start, end, step)).raised()
        return {"resultType": "matrix", "result": rows_of(outcome)}


def _steps(form: dict[str, str]) -> float:
    return (float(form["end"]) - float(form["start"])) / float(form["step"]) + 1


def rows_of(outcome: Outcome) -> list[Any]:
    series = [(one.labels, one.times, one.values) for one in outcome.matrix]
    vector, times = outcome.vector, outcome.grid.times
    for row, labels in enumerate(vector.labels):
        there = vector.present[row]
        series.append((labels, times[there], vector.values[row][there]))
    return [
        {
            "metric": dict(labels),
            "values": [
                [at / 1000, repr(value)]
                for at, value in zip(stamps.tolist(), values.tolist(), strict=True)
            ],
        }
        for labels, stamps, values in series
    ]


class _Handler(BaseHTTPRequestHandler):
    api: Api

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(dict(urllib.parse.parse_qsl(body)))

    def _answer(self, form: dict[str, str]) -> None:
        self.api.asked.append((self.path, form, dict(self.headers)))
        fault = self.api.fault()
        if fault == "hang":
            time.sleep(HANGS_S)
        if fault.isdigit():
            self._send(int(fault), json.dumps({"status": "error", "error": f"fault {fault}"}))
        elif fault == "text":
            self._send(200, "<html>a proxy of ours</html>")
        else:
            with self.api.counted():
                status, answer = self.api.answer(self.path, form)
            self._send(status, json.dumps(answer), half=fault == "half")

    def _send(self, status: int, text: str, *, half: bool = False) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body[: len(body) // 2] if half else body)
        except OSError:
            return  # the client did not wait

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        return  # a client that went away, or had no certificate


@contextmanager
def serving(store: Store, **values: Any) -> Iterator[Api]:
    api = Api(store, **values)
    handler = type("Handler", (_Handler,), {"api": api})
    server = _Quiet(("127.0.0.1", 0), handler)
    if api.context is not None:
        server.socket = api.context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    scheme = "http" if api.context is None else "https"
    api.url = f"{scheme}://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
