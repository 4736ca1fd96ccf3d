"""Which signals an expression watches."""

import pytest

from opsready.documents.expression import Expression
from opsready.documents.golden_signal import Signal, signals_of

L, E, T = Signal.LATENCY, Signal.ERRORS, Signal.TRAFFIC


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[5m])))", {L}),
        ("rate(http_duration_sum[5m]) / rate(http_duration_count[5m])", {L}),
        ("sum(rate(http_requests_total[5m]))", {T}),
        ("sum(rate(http_request_duration_seconds_count[5m]))", {T}),
        ('sum(rate(http_requests_total{code=~"5.."}[5m]))', {E}),
        ('sum(rate(http_total{code!~"5.."}[5m])) / sum(rate(http_total[5m]))', {E}),
        ("rate(orders_failed_total[5m]) / rate(orders_total[5m])", {E}),
        ("slo:sli_error:ratio_rate5m", {E}),
        ("job:http_requests:rate5m", {T}),
        ("node_memory_MemAvailable_bytes", set()),
        ("rate(process_cpu_seconds_total[5m])", set()),
        ("up == 0", set()),
        ("rate(", set()),
    ],
)
def test_names_labels_and_functions_tell_the_signal(text: str, signals: set[Signal]) -> None:
    assert signals_of(Expression(text, "a.yml", 1)) == signals
