"""A real Prometheus on loopback with series of ours, as an oracle."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from opsready.promql.labels import Labels, labels_of, write_series
from opsready.promql.series import Series

SERVER, TOOL = shutil.which("prometheus"), shutil.which("promtool")
STARTED_WITHIN_S = 60
Rows = dict[Labels, dict[int, float]]


class Failed(Exception):
    """What the server says of an expression that has no value."""


def version() -> str:
    """The version of the server on PATH, as `2.42`; '' where there is none."""
    if SERVER is None or TOOL is None:
        return ""
    said = subprocess.run([SERVER, "--version"], capture_output=True, text=True, check=True)
    words = (said.stdout or said.stderr).split()
    return ".".join(words[words.index("version") + 1].split(".")[:2])


def openmetrics(series: Iterable[Series]) -> str:
    lines = []
    for one in series:
        name = write_series(one.labels).replace('", ', '",')
        for at, value in zip(one.times.tolist(), one.values.tolist(), strict=True):
            shown = repr(value).replace("inf", "Inf").replace("nan", "NaN")
            lines.append(f"{name} {shown} {at / 1000:.3f}")
    return "\n".join([*lines, "# EOF", ""])


class Server:
    def __init__(self, address: str, pid: int) -> None:
        self.address = address
        self.pid = pid

    def range(self, expr: str, start_ms: int, end_ms: int, step_ms: int) -> Rows:
        """The result of a range query: values by time, by labels."""
        result = self._range(expr, start_ms, end_ms, step_ms)["result"]
        return {
            labels_of(row["metric"]): {
                round(at * 1000): float(value) for at, value in row["values"]
            }
            for row in result
        }

    def evaluation_s(self, expr: str, start_ms: int, end_ms: int, step_ms: int) -> float:
        """How long the server says that it evaluated."""
        stats = self._range(expr, start_ms, end_ms, step_ms)["stats"]
        return float(stats["timings"]["evalTotalTime"])

    def _range(self, expr: str, start_ms: int, end_ms: int, step_ms: int) -> dict[str, Any]:
        asked = {
            "query": expr,
            "start": start_ms / 1000,
            "end": end_ms / 1000,
            "step": step_ms / 1000,
            "stats": "all",
        }
        body = urllib.parse.urlencode(asked).encode()
        try:
            with urllib.request.urlopen(
                f"{self.address}/api/v1/query_range", body, timeout=60
            ) as got:
                data: dict[str, Any] = json.load(got)["data"]
                return data
        except urllib.error.HTTPError as error:
            raise Failed(json.load(error)["error"]) from None


@contextmanager
def serving(series: Iterable[Series], folder: Path) -> Iterator[Server]:
    """A server that has these series, as long as the block runs."""
    assert SERVER is not None and TOOL is not None
    (folder / "samples").write_text(openmetrics(series))
    (folder / "prometheus.yml").write_text("global: {}\n")
    backfill = [TOOL, "tsdb", "create-blocks-from", "openmetrics", "samples", "data"]
    filled = subprocess.run(backfill, cwd=folder, capture_output=True, text=True)
    assert filled.returncode == 0, filled.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [
        *(SERVER, "--config.file=prometheus.yml", "--storage.tsdb.path=data"),
        *("--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}"),
    ]
    log = (folder / "log").open("w")
    process = subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, folder / "log")
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait()
        log.close()


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/-/ready", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not start: {log.read_text()[-500:]}")


def ulps(left: float, right: float) -> float:
    """How many floats lie between two; 0 for the same, NaN for NaN."""
    if left == right or (left != left and right != right):
        return 0
    if not (np.isfinite(left) and np.isfinite(right)):
        return np.inf
    bits = np.array([left, right]).view(np.int64)
    ordered = [bit if bit >= 0 else -(2**63) - int(bit) for bit in bits.tolist()]
    return abs(ordered[0] - ordered[1])
