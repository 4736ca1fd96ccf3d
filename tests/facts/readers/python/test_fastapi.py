"""Routes of FastAPI applications."""

import pytest

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers.python.fastapi import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

OWN_PAGES = ["GET /docs", "GET /docs/oauth2-redirect", "GET /openapi.json", "GET /redoc"]
APP = "from fastapi import FastAPI\napp = FastAPI(openapi_url=None)\n"


def test_an_application_serves_its_routes_and_its_own_documentation() -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/orders')\ndef f(): ...\n"
    assert routes(READER, text) == [*OWN_PAGES, "POST /orders"]


@pytest.mark.parametrize(
    ("options", "pages"),
    [
        ("openapi_url=None", []),
        ("docs_url=None, redoc_url='/r'", ["GET /openapi.json", "GET /r"]),
        ("docs_url=DOCS, swagger_ui_oauth2_redirect_url=None", ["GET /openapi.json", "GET /redoc"]),
    ],
)
def test_documentation_is_where_the_application_puts_it(options: str, pages: list[str]) -> None:
    text = f"from fastapi import FastAPI\nfrom x import DOCS\napp = FastAPI({options})\n"
    assert routes(READER, text) == pages


def test_a_route_keeps_the_prefixes_of_its_router_and_of_every_include() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/main.py": (
            "from fastapi import FastAPI\nfrom shop.api import api\nfrom shop.paths import V1\n"
            "app = FastAPI(openapi_url=None)\napp.include_router(api, prefix=V1)\n"
        ),
        "shop/paths.py": "V1 = '/v' + '1'\n",
        "shop/api.py": (
            "from fastapi import APIRouter\nfrom . import orders\n"
            "api = APIRouter()\napi.include_router(orders.router, prefix='/shop')\n"
        ),
        "shop/orders.py": (
            "from fastapi import APIRouter\nrouter = APIRouter(prefix='/orders')\n"
            "@router.get('')\ndef a(): ...\n"
            "@router.get('/{order_id:int}')\ndef b(): ...\n"
        ),
    }
    assert routes(READER, files) == ["GET /v1/shop/orders", "GET /v1/shop/orders/{order_id}"]


def test_a_router_that_is_included_twice_serves_twice_and_one_that_is_not_serves_nothing() -> None:
    text = APP + (
        "from fastapi import APIRouter\na = APIRouter()\nb = APIRouter()\n"
        "@a.get('/a')\ndef f(): ...\n@b.get('/b')\ndef g(): ...\n"
        "app.include_router(a)\napp.include_router(a, prefix='/old')\n"
    )
    assert routes(READER, text) == ["GET /a", "GET /old/a"]
    assert left_open(READER, text) == []


def test_an_application_made_by_a_function_is_followed() -> None:
    text = (
        "from fastapi import FastAPI, APIRouter\n"
        "router = APIRouter()\n@router.get('/a')\ndef a(): ...\n"
        "def mount(app):\n    app.include_router(router, prefix='/x')\n"
        "def create():\n"
        "    app = FastAPI(openapi_url=None)\n    mount(app)\n"
        "    @app.get('/b')\n    def b(): ...\n    return app\n"
        "app = create()\n"
    )
    assert routes(READER, text) == ["GET /b", "GET /x/a"]


def test_a_loop_over_a_list_of_routers_includes_each() -> None:
    text = APP + (
        "from fastapi import APIRouter\na = APIRouter()\nb = APIRouter(prefix='/b')\n"
        "@a.get('/a')\ndef f(): ...\n@b.delete('/b')\ndef g(): ...\n"
        "for router in (a, b):\n    app.include_router(router)\n"
    )
    assert routes(READER, text) == ["DELETE /b/b", "GET /a"]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("@app.get(f'/{name}/x')\ndef f(): ...", ["/…/x"]),
        ("for path in paths():\n    app.add_api_route(path, f)", ["…"]),
        ("for router in routers():\n    app.include_router(router, prefix='/p')", ["/p"]),
        ("from other.package import router\napp.include_router(router)", [""]),
    ],
)
def test_what_only_a_run_would_show_is_said_and_not_guessed(line: str, known: list[str]) -> None:
    text = f"{APP}{line}\n"
    assert routes(READER, text) == []
    assert left_open(READER, text) == known


def test_routes_of_a_router_that_may_be_included_at_run_time_are_left_open() -> None:
    text = APP + (
        "from fastapi import APIRouter\na = APIRouter(prefix='/a')\n@a.get('/x')\ndef f(): ...\n"
        "for router in found():\n    app.include_router(router)\n"
    )
    assert left_open(READER, text) == ["", "…/a/x"]


@pytest.mark.parametrize(
    ("line", "served"),
    [
        ("@app.api_route('/a', methods=['get', 'PUT'])\ndef f(): ...", ["GET /a", "PUT /a"]),
        ("@app.api_route('/a', methods=wanted)\ndef f(): ...", ["* /a"]),
        ("app.add_api_route('/a', f, methods=('POST',))", ["POST /a"]),
        ("app.add_api_route('/a', f)", ["GET /a"]),
        ("@app.websocket('/a')\ndef f(): ...", []),
        ("app.mount('/static', StaticFiles(directory='x'))", ["GET /static/{path}"]),
        ("sub = FastAPI(openapi_url=None)\n@sub.get('/a')\ndef f(): ...\napp.mount('/s', sub)",
         ["GET /s/a"]),
        ("class Own(FastAPI): ...\nown = Own(docs_url=None)\n@own.get('/a')\ndef f(): ...",
         ["GET /a", "GET /openapi.json", "GET /redoc"]),
        ("client.get('/a')", []),
        ("{}.get('/a')", []),
    ],
)  # fmt: skip
def test_every_way_to_declare_a_route(line: str, served: list[str]) -> None:
    text = f"{APP}from fastapi.staticfiles import StaticFiles\n{line}\n"
    assert routes(READER, text) == served


def test_a_path_that_settings_may_change_is_derived() -> None:
    text = APP + "import os\n@app.get(os.getenv('P', '/p'))\ndef f(): ...\n"
    found = next(fact for fact in facts(READER, text) if fact.claim is Claim.ROUTE)
    assert (found["path"], found.confidence) == ("/p", Confidence.DERIVED)


def test_a_fact_names_the_line_of_its_decorator() -> None:
    text = APP + "\n@app.get(\n    '/a'\n)\ndef f(): ...\n"
    found = next(fact for fact in facts(READER, text) if fact.claim is Claim.ROUTE)
    assert (found.path, found.line, found.quote) == ("app.py", 4, "@app.get(")


def test_readiness_covers_what_its_handler_asks_and_liveness_nothing() -> None:
    files = {
        "db.py": (
            "from sqlalchemy.ext.asyncio import create_async_engine, async_sessionmaker\n"
            "from sqlalchemy import text\n"
            "engine = create_async_engine('postgresql+asyncpg://db/shop')\n"
            "sessions = async_sessionmaker(engine)\n"
            "async def session():\n    async with sessions() as s:\n        yield s\n"
            "async def answers(s):\n    await s.execute(text('SELECT 1'))\n"
        ),
        "main.py": (
            "from fastapi import Depends, FastAPI\nimport redis.asyncio as redis\n"
            "from sqlalchemy.ext.asyncio import AsyncSession\n"
            "import db\n"
            "app = FastAPI(openapi_url=None)\ncache = redis.Redis()\n"
            "@app.get('/livez')\ndef live():\n    return {'status': 'ok'}\n"
            "@app.get('/readyz')\n"
            "async def ready(s: AsyncSession = Depends(db.session)):\n"
            "    await s.execute('SELECT 1')\n    await cache.ping()\n"
            "@app.get('/health/dynamic')\nasync def h(request):\n"
            "    for check in request.app.checks:\n        await check()\n"
        ),
    }
    assert health(READER, files) == {
        "/livez": [],
        "/readyz": ["postgresql", "redis"],
        "/health/dynamic": None,
    }


def test_the_page_of_prometheus_client_is_the_metrics_route() -> None:
    mounted = (
        APP + "from prometheus_client import make_asgi_app\napp.mount('/m', make_asgi_app())\n"
    )
    written = APP + (
        "from prometheus_client import generate_latest\n"
        "@app.get('/metrics')\ndef f():\n    return generate_latest()\n"
    )
    pages = [
        fact["path"]
        for text in (mounted, written)
        for fact in facts(READER, text)
        if fact.claim is Claim.METRICS_ROUTE
    ]
    assert pages == ["/m", "/metrics"]


def test_tests_and_other_frameworks_are_none_of_its_business() -> None:
    route = APP + "@app.get('/a')\ndef f(): ...\n"
    assert facts(READER, {"tests/test_app.py": route}) == []
    assert facts(READER, "import flask\napp = flask.Flask('x')\n") == []
