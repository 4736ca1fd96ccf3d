"""A sentence in, its figures out."""

import pytest

from opsready.documents.quantity import durations, percentages, percentiles, rates, windows


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("99.9 % of requests", [99.9]),
        ("99,9 % der Anfragen", [99.9]),
        ("5 percent and 10%", [5, 10]),
        ("v99.9% no, x1%", []),
        ("100 requests", []),
    ],
)
def test_percentages(text: str, values: list[float]) -> None:
    assert [figure.value for figure in percentages(text)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("p95, p99.9 and p999", [95, 99.9, 99.9]),
        ("the 95th percentile, the median", [95, 50]),
        ("P99", [99]),
        ("step p1, http2, top95", []),
    ],
)
def test_percentiles(text: str, values: list[float]) -> None:
    assert [figure.value for figure in percentiles(text)] == values


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300 ms, 1.5 s, 2 seconds", [0.3, 1.5, 2]),
        ("1,500ms", [1.5]),
        ("30 days and 5 minutes", []),
        ("500 MB, 3 slots", []),
    ],
)
def test_durations_are_in_seconds(text: str, seconds: list[float]) -> None:
    assert [figure.value for figure in durations(text)] == seconds


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("over a rolling 30-day window", [30]),
        ("28d", [28]),
        ("99.9 % monthly", [30]),
        ("in any month", [30]),
        ("each calendar quarter, yearly", [90, 365]),
        ("4 weeks", [28]),
        ("over 5 minutes", [None]),
        ("soon", []),
    ],
)
def test_windows_are_in_days_from_one_day_on(text: str, days: list[int | None]) -> None:
    assert [window.days for window in windows(text)] == days


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("50 req/s", [(50, "requests")]),
        ("peaks of 2k rps", [(2000, "requests")]),
        ("86,400 orders a day", [(1, "orders")]),
        ("1.2M requests per day", [(1_200_000 / 86400, "requests")]),
        ("120 requests/minute per IP", [(2, "requests")]),
        ("300 rpm", [(5, "requests")]),
        ("10 API calls per second", [(10, "api calls")]),
        ("3 buckets a day, 5 km/h, 2 GB/s", []),
        ("100 users", []),
    ],
)
def test_rates_are_per_second(text: str, found: list[tuple[float, str]]) -> None:
    assert [(rate.per_second, rate.what) for rate in rates(text)] == found
