"""Objectives in files for Sloth, Pyrra and OpenSLO: what they promise, by the names they give."""

from collections.abc import Iterator

from opsready.documents.openslo import Slo, SloFile
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.promql.literals import format_duration
from opsready.sources.purpose import is_of_one_environment
from opsready.sources.source import Bundle

_DAY_S = 86_400


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact an objective with a target. A file for one environment alone promises users
    nothing."""
    for file in bundle.documents(SloFile):
        for slo in file.slos if not is_of_one_environment(file.path) else ():
            if slo.target_ratio is not None:
                line = slo.target_line or slo.line
                value = _value(slo, file)
                yield Fact(Claim.OBJECTIVE, value, slo.path, line, bundle.quote(slo.path, line))


def _value(slo: Slo, file: SloFile) -> dict[str, object]:
    percent = round((slo.target_ratio or 0) * 100, 9)
    threshold_s = _threshold_s(slo, file)
    window_s = slo.window_s
    is_of_days = window_s is not None and window_s % _DAY_S == 0
    return {
        "kind": "availability" if threshold_s is None else "latency",
        "target": f"{percent:g} %",
        "window": format_duration(int(window_s * 1000)) if window_s is not None else None,
        "where": None,
        "percent": percent,
        "threshold_s": threshold_s,
        "per_second": None,
        "window_days": int(window_s / _DAY_S) if window_s is not None and is_of_days else None,
        "name": slo.name,
    }


def _threshold_s(slo: Slo, file: SloFile) -> float | None:
    """The bound of the bucket that counts as good, in the metric's own unit made seconds."""
    queries = slo.queries or file.indicators.get(slo.indicator or "", ())
    for query in queries:
        for use in query.selectors:
            for matcher in use.selector.matchers:
                bound = _number(matcher.value) if matcher.label == "le" else None
                if bound is not None:
                    per_second = 1000 if "millisecond" in (use.selector.name or "") else 1
                    return bound / per_second
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value < float("inf") else None


READER = Reader("slo-files", read)
