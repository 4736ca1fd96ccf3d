from fastapi.testclient import TestClient


def test_alive_while_every_dependency_is_down(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200


def test_not_ready_while_postgresql_is_down(client: TestClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "checks": {"postgresql": "down", "redis": "degraded"},
    }
