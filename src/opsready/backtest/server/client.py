"""Asks a server of Prometheus's API: range queries, and its rules.

What may pass is tried again: no connection, a time-out, half an answer, 429 and 5xx. What the
server refuses (400, 422 and their like) is said at once, with its own words.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx

from opsready.backtest.history.gather import BadHistory
from opsready.backtest.history.query_range import samples_of
from opsready.backtest.pace import Pace, Tell, silent
from opsready.backtest.server.access import Access, AskedTooMuch, ServerFailed

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_SHOWN = 200  # characters of what a server says
_TOO_MUCH = re.compile(
    r"too many (samples|points|chunks|bytes)|maximum resolution|exceeds the limit"
    r"|query timed out|-search\.max|max-query|limit: \d",
    re.IGNORECASE,
)
"""As Prometheus, Thanos, Mimir and VictoriaMetrics say it."""
_PASSING = frozenset({429, 500, 502, 503, 504})

Rows = list[tuple[Mapping[str, str], list[tuple[float, float]]]]


@dataclass(frozen=True)
class Answer:
    """The series of an answer; warnings say that it is not whole."""

    rows: Rows
    warnings: tuple[str, ...] = ()


class Client:
    """One server. Use it as a context manager."""

    def __init__(
        self,
        access: Access,
        pause: Callable[[float], None] = time.sleep,
        tell: Tell = silent,
    ) -> None:
        """`tell` is told now and then how far it is. Raises BadAccess."""
        self.access = access
        self._pause = pause
        self._pace, self._answers = Pace(tell), count(1)
        self._turns = threading.BoundedSemaphore(access.at_once)
        verify = access.tls() if access.url.startswith("https") else False
        self._http = httpx.Client(
            base_url=access.url.rstrip("/"),
            headers=dict(access.headers),
            auth=access.basic,
            timeout=access.timeout_s,
            verify=verify,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._http.close()

    def range(self, query: str, start_ms: int, end_ms: int, step_ms: int) -> Answer:
        """The values of a query at each step. Raises ServerFailed."""
        span = {"start": start_ms / 1000, "end": end_ms / 1000, "step": step_ms / 1000}
        form = {"query": query, **{key: f"{value:.3f}" for key, value in span.items()}}
        return self._query("query_range", form, f"`{query}` from {span['start']:.0f}")

    def instant(self, query: str, at_ms: int) -> Answer:
        """The value of a query at one time; of a range selector its samples. Raises
        ServerFailed."""
        form = {"query": query, "time": f"{at_ms / 1000:.3f}"}
        return self._query("query", form, f"`{query}` at {at_ms / 1000:.0f}")

    def rules(self) -> Any:
        """What the server evaluates itself, as JSON. Raises ServerFailed."""
        what = "/api/v1/rules"
        return self._tried(what, lambda: self._http.get(what)).get("data", {})

    def _query(self, kind: str, form: Mapping[str, str], what: str) -> Answer:
        path = f"/api/v1/{kind}"
        answer = self._tried(what, lambda: self._http.post(path, data=dict(form)))
        try:
            rows = [(metric, samples) for metric, samples in samples_of(answer, what)]
        except BadHistory as fault:
            raise ServerFailed(what, f"its answer cannot be used: {fault.why}") from None
        return Answer(rows, tuple(str(one) for one in answer.get("warnings") or ()))

    def _tried(self, what: str, ask: Callable[[], httpx.Response]) -> Any:
        why = ""
        for attempt in range(self.access.retries + 1):
            if attempt:
                self._pause(min(_FIRST_PAUSE_S * 2 ** (attempt - 1), _LONGEST_PAUSE_S))
            with self._turns:
                answer, why = _asked(what, ask)
            if answer is not None:
                self._pace.at(f"opsready: {next(self._answers):,} queries answered")
                return answer
        raise ServerFailed(what, f"{why}; asked {self.access.retries + 1} times")


def _asked(what: str, ask: Callable[[], httpx.Response]) -> tuple[Any | None, str]:
    """The answer, or why there is none that would not come a second time. Raises ServerFailed for
    a reason that stays."""
    try:
        response = ask()
        content = response.json() if response.content else {}
    except httpx.TimeoutException:
        return None, "no answer in time"
    except (httpx.TransportError, httpx.DecodingError) as error:
        return None, f"no whole answer: {error}"
    except ValueError:
        if response.status_code == httpx.codes.OK:
            return None, "half an answer: it is no whole JSON"
        content = {}
    if response.status_code == httpx.codes.OK and isinstance(content, dict):
        return content, ""
    why = f"answered {response.status_code}: {_said(content, response)}"
    if _TOO_MUCH.search(why):
        raise AskedTooMuch(what, why)
    if response.status_code in _PASSING:
        return None, why
    raise ServerFailed(what, why)


def _said(content: Any, response: httpx.Response) -> str:
    said = content.get("error") if isinstance(content, dict) else None
    return str(said or response.text.strip() or response.reason_phrase)[:_SHOWN]
