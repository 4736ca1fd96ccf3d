"""Metrics that code defines with prometheus_client."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.metrics import READER
from tests.facts.readers.python.stated import names, unnamed, values

IMPORTS = "from prometheus_client import Counter, Enum, Gauge, Histogram, Info, Summary\n"
SEVERAL = {"Procfile": "web: gunicorn --workers 4 app:app\n"}


def told(text: str) -> list[object]:
    return values(READER, IMPORTS + text, Claim.METRIC)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Counter('placed', 'x', ['outcome'])",
         {"name": "placed_total", "type": "counter", "labels": ["outcome"]}),
        ("Counter('placed_total', 'x', labelnames=('a', 'b'))",
         {"name": "placed_total", "type": "counter", "labels": ["a", "b"]}),
        ("Gauge('open', 'x', namespace='shop', subsystem='db')",
         {"name": "shop_db_open", "type": "gauge", "labels": []}),
        ("Summary('size', 'x', unit='bytes')",
         {"name": "size_bytes", "type": "summary", "labels": []}),
        ("Histogram('wait_seconds', 'x', buckets=[.1, 1, float('inf')])",
         {"name": "wait_seconds", "type": "histogram", "labels": [], "buckets": [0.1, 1.0]}),
        ("Info('build', 'x')", {"name": "build_info", "type": "gauge", "labels": None}),
        ("Enum('state', 'x', states=['on', 'off'])",
         {"name": "state", "type": "gauge", "labels": ["state"]}),
    ],
)  # fmt: skip
def test_each_class_is_named_as_a_page_shows_it(line: str, value: object) -> None:
    assert told(f"M = {line}\n") == [value]


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("Counter", {"name": "a_total", "labelnames": ("l",), "namespace": "n"}),
        ("Counter", {"name": "a", "unit": "bytes", "subsystem": "s"}),
        ("Counter", {"name": "a_bytes_total", "unit": "bytes"}),
        ("Gauge", {"name": "a", "namespace": "n", "subsystem": "s"}),
        ("Histogram", {"name": "a", "unit": "seconds", "labelnames": ("l", "m")}),
        ("Histogram", {"name": "a_seconds", "buckets": (1, 2.5, 7)}),
        ("Summary", {"name": "a_total"}),
        ("Info", {"name": "a"}),
        ("Enum", {"name": "a", "states": ["x"]}),
    ],
)
def test_the_library_itself_exposes_the_same(kind: str, arguments: dict[str, object]) -> None:
    library = pytest.importorskip("prometheus_client")
    from opsready.rehearsal.stage.metrics_page import MetricsPage

    registry = library.CollectorRegistry()
    metric = getattr(library, kind)(documentation="x", registry=registry, **arguments)
    labels = arguments.get("labelnames")
    child = metric.labels(*labels) if isinstance(labels, tuple) else metric
    for touch in ("inc", "observe"):
        if hasattr(child, touch):
            getattr(child, touch)(1)
    page = MetricsPage.parse("/metrics", library.generate_latest(registry).decode())
    shown = {f.name: f for f in page.families if not f.name.endswith("_created")}

    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    [value] = told(f"M = {kind}(documentation='x', {given})\n")
    assert isinstance(value, dict)
    family = shown[value["name"]]
    assert (value["type"], list(shown)) == (family.type, [family.name])
    assert value["labels"] is None or tuple(sorted(value["labels"])) == family.labels
    assert tuple(value.get("buckets", ())) == family.buckets


def test_a_name_that_is_built_at_run_time_is_never_guessed() -> None:
    code = IMPORTS + "def make(name):\n    return Counter(f'shop_{name}_total', 'x')\n"
    assert (names(READER, code), unnamed(READER, code)) == ([], ["shop_…_total"])


def test_a_prefix_from_the_environment_leaves_a_name_derived() -> None:
    code = (
        IMPORTS + "import os\n"
        "PREFIX = os.environ.get('PREFIX', 'shop')\nC = Counter('a', 'x', namespace=PREFIX)\n"
    )
    assert names(READER, code) == ["shop_a_total"]


def test_labels_and_buckets_that_are_not_shown_are_not_invented() -> None:
    assert told("H = Histogram('a', 'x', LABELS, buckets=BUCKETS)\n") == [
        {"name": "a", "type": "histogram", "labels": None, "buckets": None}
    ]


def test_a_collector_of_ones_own_names_its_families() -> None:
    code = (
        "from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily\n"
        "class Queue:\n    def collect(self):\n"
        "        yield GaugeMetricFamily('depth', 'x', labels=['queue'])\n"
        "        yield CounterMetricFamily('seen', 'x', value=1)\n"
    )
    assert sorted(names(READER, code)) == ["depth", "seen_total"]


def test_another_counter_is_none() -> None:
    assert (
        names(READER, "import prometheus_client\nfrom collections import Counter\nCounter('a')\n")
        == []
    )


def test_several_workers_that_do_not_share_show_one_workers_numbers() -> None:
    files = {"app.py": IMPORTS + "C = Counter('a', 'x')\n", **SEVERAL}
    assert values(READER, files, Claim.METRIC) == [
        {"name": "a_total", "type": "counter", "labels": [], "per_process": True}
    ]


def test_workers_that_share_add_a_pid_to_gauges_of_the_default_mode() -> None:
    text = IMPORTS + "A = Gauge('a', 'x')\nB = Gauge('b', 'x', multiprocess_mode='livesum')\n"
    environment = {"Dockerfile": "FROM python:3.12\nENV PROMETHEUS_MULTIPROC_DIR=/tmp/m\n"}
    assert values(READER, {"app.py": text, **SEVERAL, **environment}, Claim.METRIC) == [
        {"name": "a", "type": "gauge", "labels": ["pid"], "multiprocess_mode": "all"},
        {"name": "b", "type": "gauge", "labels": [], "multiprocess_mode": "livesum"},
    ]


def test_code_that_could_share_is_not_said_to_do_either() -> None:
    text = IMPORTS + (
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "A = Gauge('a', 'x')\ndef page(r): MultiProcessCollector(r)\n"
    )
    assert values(READER, {"app.py": text, **SEVERAL}, Claim.METRIC) == [
        {"name": "a", "type": "gauge", "labels": []}
    ]
