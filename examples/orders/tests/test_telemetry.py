import json
import logging

import pytest
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY

from orders.logs import JsonFormatter, request_id

UNKNOWN = "/orders/00000000-0000-0000-0000-000000000000"


def counted(**labels: str) -> float:
    return REGISTRY.get_sample_value("orders_http_requests_total", labels) or 0.0


def test_a_request_is_counted_under_the_template_of_its_route(client: TestClient) -> None:
    labels = {"method": "GET", "route": "/orders/{order_id}", "status": "503"}
    before = counted(**labels)
    client.get(UNKNOWN)
    assert counted(**labels) == before + 1


def test_what_no_route_answers_is_one_series(client: TestClient) -> None:
    before = counted(method="GET", route="unmatched", status="404")
    client.get("/a")
    client.get("/b")
    assert counted(method="GET", route="unmatched", status="404") == before + 2


def test_machines_are_not_counted(client: TestClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)
    assert 'route="/healthz"' not in client.get("/metrics").text


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("two words", False), ("", False)])
def test_a_request_id_is_kept_only_if_it_is_safe_to_log(
    client: TestClient, given: str, kept: bool
) -> None:
    answered = client.get(UNKNOWN, headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert answered
    assert (answered == given) is kept


def test_a_log_line_is_one_json_object_with_its_request_id() -> None:
    record = logging.makeLogRecord({"name": "orders", "msg": "two\nlines", "order_id": 7})
    token = request_id.set("abc-1")
    line = JsonFormatter().format(record)
    request_id.reset(token)
    assert "\n" not in line
    assert json.loads(line)["message"] == "two\nlines"
    assert json.loads(line)["request_id"] == "abc-1"
    assert json.loads(line)["order_id"] == 7
