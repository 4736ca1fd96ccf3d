"""Metrics of prometheus-fastapi-instrumentator, as its own page shows them."""

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers.python.fastapi_instrumentator import READER
from tests.build import make_bundle
from tests.facts.readers.python.stated import names, unnamed, values

FASTAPI = (
    "from fastapi import FastAPI\nfrom prometheus_fastapi_instrumentator import Instrumentator\n"
)


def test_an_import_alone_turns_nothing_on() -> None:
    assert names(READER, FASTAPI + "app = FastAPI()\n") == []


def test_the_instrumentator_emits_five_metrics_below_its_namespace() -> None:
    code = FASTAPI + (
        "app = FastAPI()\n"
        "Instrumentator(should_instrument_requests_inprogress=True, inprogress_labels=True)"
        ".instrument(app, metric_namespace='ns', metric_subsystem='sub').expose(app)\n"
    )
    told = values(READER, code, Claim.METRIC)
    assert [(v["name"], v["type"], v["labels"]) for v in told] == [
        ("ns_sub_http_requests_total", "counter", ["method", "status", "handler"]),
        ("ns_sub_http_request_size_bytes", "summary", ["handler"]),
        ("ns_sub_http_response_size_bytes", "summary", ["handler"]),
        ("ns_sub_http_request_duration_highr_seconds", "histogram", []),
        ("ns_sub_http_request_duration_seconds", "histogram", ["method", "handler"]),
        ("http_requests_inprogress", "gauge", ["method", "handler"]),
    ]
    assert told[4]["buckets"] == [0.1, 0.5, 1.0]


def test_they_follow_from_the_library_and_are_not_stated() -> None:
    code = FASTAPI + "app = FastAPI()\nInstrumentator().instrument(app)\n"
    facts = list(READER.read(make_bundle({"app.py": code})))
    assert {fact.confidence for fact in facts} == {Confidence.DERIVED}


def test_an_instrumentation_of_ones_own_takes_the_place_of_the_default() -> None:
    code = FASTAPI + (
        "from prometheus_fastapi_instrumentator import metrics\napp = FastAPI()\n"
        "i = Instrumentator()\n"
        "i.add(metrics.latency(metric_name='wait', should_include_status=False, buckets=(1, 2)))\n"
        "i.instrument(app)\n"
    )
    assert values(READER, code, Claim.METRIC) == [
        {
            "name": "wait",
            "type": "histogram",
            "labels": ["handler", "method"],
            "buckets": [1.0, 2.0],
        }
    ]


def test_a_namespace_that_is_not_known_names_no_metric() -> None:
    code = FASTAPI + "Instrumentator().instrument(FastAPI(), metric_namespace=ask())\n"
    assert names(READER, code) == []
    assert unnamed(READER, code)[0] == "…_http_requests_total"
