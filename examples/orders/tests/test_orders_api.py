"""The whole API on a real PostgreSQL, with Redis down: what the cache must not be needed for."""

import os
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient

DATABASE_URL = os.environ.get("TEST_DATABASE_URL")

pytestmark = pytest.mark.skipif(not DATABASE_URL, reason="TEST_DATABASE_URL is not set")

ORDER = {
    "customer_id": "c-1001",
    "currency": "EUR",
    "payment_token": "tok_visa",
    "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}],
}


@pytest.fixture
def environment(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    environment.setenv("DATABASE_URL", str(DATABASE_URL))
    command.upgrade(Config("alembic.ini"), "head")
    return environment


def placed(client: TestClient) -> dict[str, Any]:
    response = client.post("/orders", json=ORDER)
    assert response.status_code == 201
    return response.json()


def test_an_order_that_was_placed_can_be_read(client: TestClient) -> None:
    order = placed(client)
    assert (order["status"], order["total_cents"]) == ("confirmed", 900)
    assert client.get(f"/orders/{order['order_id']}").json() == order
    assert order in client.get("/orders", params={"customer_id": "c-1001"}).json()["orders"]


def test_a_declined_payment_leaves_a_declined_order(client: TestClient) -> None:
    response = client.post("/orders", json=ORDER | {"payment_token": "tok_declined"})
    assert (response.status_code, response.json()) == (402, {"detail": "payment declined"})
    assert client.get("/orders").json()["orders"][0]["status"] == "declined"


def test_an_order_is_cancelled_once(client: TestClient) -> None:
    path = f"/orders/{placed(client)['order_id']}"
    first = client.post(f"{path}/cancel")
    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    again = client.post(f"{path}/cancel").json()
    assert again["cancelled_at"] == client.get(path).json()["cancelled_at"]


@pytest.mark.parametrize(
    "change", [{"items": []}, {"currency": "XXX"}, {"payment_token": ""}, {"note": "unknown"}]
)
def test_an_invalid_order_is_refused(client: TestClient, change: dict[str, Any]) -> None:
    assert client.post("/orders", json=ORDER | change).status_code == 422
