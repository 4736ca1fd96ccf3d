"""Whose a metric is, told by its name."""

import pytest

from opsready.documents.exporter import exporter_of


@pytest.mark.parametrize(
    ("metric", "owner"),
    [
        ("up", "Prometheus itself"),
        ("process_cpu_seconds_total", "any client library"),
        ("node_load1", "the node exporter"),
        ("pg_stat_activity_count", "the PostgreSQL exporter"),
        ("kube_pod_status_phase", "Kubernetes"),
        ("rest_client_requests_total", "Kubernetes"),
        ("orders_placed_total", None),
        ("http_requests_total", None),
        ("pgp_keys", None),
    ],
)
def test_a_metric_is_known_by_its_first_word(metric: str, owner: str | None) -> None:
    assert exporter_of(metric) == owner
