"""What a configuration of Prometheus scrapes, loads and tells."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.prometheus import Prometheus
from opsready.sources.kinds import Kind, kind_of

CONFIGURATION = """\
global: {scrape_interval: 15s}
rule_files: [/etc/prometheus/rules/*.rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
scrape_configs:
  - job_name: orders
    static_configs: [{targets: ["orders:8000"]}]
  - job_name: pods
    scrape_interval: 1m
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs: [{source_labels: [app], target_label: job}]
"""


def test_jobs_have_their_interval_and_say_whether_their_name_is_kept() -> None:
    found = Prometheus.parse("prometheus.yml", CONFIGURATION)
    assert [(job.name, job.interval_s, job.is_plain) for job in found.jobs] == [
        ("orders", 15, True),
        ("pods", 60, False),
    ]
    assert found.jobs[0].targets == (("orders:8000", 6),)
    assert found.tells


@pytest.mark.parametrize(
    ("path", "loaded"),
    [("monitoring/orders.rules.yml", True), ("monitoring/orders.yml", False)],
)
def test_a_rule_file_is_known_by_its_name_since_a_container_mounts_where_it_likes(
    path: str, loaded: bool
) -> None:
    assert Prometheus.parse("prometheus.yml", CONFIGURATION).loads(path) is loaded


def test_it_is_known_by_its_keys() -> None:
    assert kind_of("deploy/prometheus/config.yml", CONFIGURATION) is Kind.PROMETHEUS


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(Unparsable, match="is no configuration"):
        Prometheus.parse("prometheus.yml", "- a")
