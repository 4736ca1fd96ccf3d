from collections.abc import Iterator
from threading import Thread

import pytest
from fastapi.testclient import TestClient
from payments_stub import Payments, ThreadingHTTPServer

from orders.app import app

NOBODY_LISTENS = "127.0.0.1:1"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def payments_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Payments)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, payments_url: str) -> pytest.MonkeyPatch:
    """Payments are up; PostgreSQL and Redis are down."""
    monkeypatch.setenv("DATABASE_URL", f"postgresql://orders@{NOBODY_LISTENS}/orders")
    monkeypatch.setenv("REDIS_URL", f"redis://{NOBODY_LISTENS}/0")
    monkeypatch.setenv("PAYMENTS_URL", payments_url)
    monkeypatch.setenv("PAYMENTS_API_KEY", "test")
    return monkeypatch


@pytest.fixture
def client(environment: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
