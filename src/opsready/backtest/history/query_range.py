"""What a server of Prometheus's API answered to a query, as JSON."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from opsready.backtest.history.gather import BadHistory, Gathering
from opsready.promql.labels import labels_of

BYTES_AT_MOST = 1_000_000_000
"""JSON is read whole, and takes about ten times its size."""


def read_answer(content: bytes, gathering: Gathering) -> tuple[str, ...]:
    """Gathers the samples of an answer; the warnings that came with it. Raises BadHistory."""
    path = gathering.path
    try:
        answer = json.loads(content)
    except UnicodeDecodeError as error:
        raise BadHistory(path, 0, f"is not UTF-8: byte {error.start}") from None
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        why = getattr(error, "msg", "nested too deep")
        raise BadHistory(path, line, f"is no whole JSON: {why}") from None
    for metric, samples in samples_of(answer, path):
        column = gathering.column(labels_of(metric))
        if column is not None:
            for at, value in samples:
                gathering.add(column, at, value, 0)
    return tuple(str(warning) for warning in answer.get("warnings") or ())


def samples_of(
    answer: Any, path: str
) -> Iterator[tuple[Mapping[str, str], list[tuple[float, float]]]]:
    """The labels and samples of each series of an answer. Raises BadHistory."""
    if not isinstance(answer, dict) or "data" not in answer:
        said = answer.get("error") if isinstance(answer, dict) else None
        raise BadHistory(path, 0, f"is no answer of a query: {said or 'it has no `data`'}")
    if answer.get("status", "success") != "success":
        raise BadHistory(path, 0, f"the query failed: {answer.get('error', 'no reason given')}")
    data = answer["data"]
    kind = data.get("resultType") if isinstance(data, dict) else None
    if kind not in {"matrix", "vector"}:
        raise BadHistory(path, 0, f"holds a {kind}; a history is a matrix, of `query_range`")
    rows = data.get("result")
    if not isinstance(rows, list):
        raise BadHistory(path, 0, "is no answer of a query: its `result` is no list")
    for place, row in enumerate(rows):
        yield _row(row, place, path)


def _row(row: Any, place: int, path: str) -> tuple[Mapping[str, str], list[tuple[float, float]]]:
    where = f"result[{place}]"
    if not isinstance(row, dict) or not isinstance(row.get("metric"), dict):
        raise BadHistory(path, 0, f"{where} has no `metric`")
    if "histograms" in row or "histogram" in row:
        raise BadHistory(path, 0, f"{where} holds native histograms, not evaluated here")
    pairs = row.get("values") or [row.get("value")]
    try:
        samples = [(float(at), float(value)) for at, value in pairs]
    except (TypeError, ValueError):
        raise BadHistory(path, 0, f"{where} has a sample that is no time and value") from None
    if not all(math.isfinite(at) for at, _ in samples):
        raise BadHistory(path, 0, f"{where} has a sample at no time")
    return {str(k): str(v) for k, v in row["metric"].items()}, samples
