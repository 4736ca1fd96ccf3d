"""What the front changes of a request on its way to the emulator."""

import pytest

from opsready.rehearsal.stage.fargate_front import without_percentiles


@pytest.mark.parametrize(
    ("asked", "passed_on"),
    [
        (b"\x64Stat\x63p95 TargetResponseTime", b"\x64Stat\x67Maximum TargetResponseTime"),
        (
            b'{"Stat": "p95", "MetricName": "TargetResponseTime"}',
            b'{"Stat": "Maximum", "MetricName": "TargetResponseTime"}',
        ),
        (b"M.Stat=p95&M.Name=TargetResponseTime", b"M.Stat=Maximum&M.Name=TargetResponseTime"),
        (b'{"Stat": "p95", "MetricName": "Other"}', b'{"Stat": "p95", "MetricName": "Other"}'),
    ],
    ids=["CBOR", "JSON", "query", "another metric"],
)
def test_a_percentile_is_asked_for_as_the_largest(asked: bytes, passed_on: bytes) -> None:
    assert without_percentiles(asked) == passed_on
