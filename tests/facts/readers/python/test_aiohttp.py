"""Routes of aiohttp servers."""

import pytest

from opsready.facts.readers.python.aiohttp import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

APP = (
    "from aiohttp import web\napp = web.Application()\n"
    "async def a(request): ...\n"
    "class V(web.View):\n    async def get(self): ...\n    async def post(self): ...\n"
)


@pytest.mark.parametrize(
    ("line", "served"),
    [
        (r"app.router.add_get('/a/{id:\d{2}}', a)", ["GET /a/{id}"]),
        ("app.router.add_route('PUT', '/a', a)", ["PUT /a"]),
        ("app.router.add_route(method, '/a', a)", ["* /a"]),
        ("app.router.add_view('/a', V)", ["GET /a", "POST /a"]),
        ("app.router.add_static('/s', 'dir')", ["GET /s/{path}"]),
        ("app.add_routes([web.get('/a', a), web.view('/v', V), web.route('PATCH', '/p', a)])",
         ["GET /a", "GET /v", "PATCH /p", "POST /v"]),
        ("routes = web.RouteTableDef()\n@routes.delete('/a')\nasync def b(r): ...\n"
         "@routes.view('/v')\nclass W(web.View):\n    async def put(self): ...\n"
         "app.add_routes(routes)", ["DELETE /a", "PUT /v"]),
        ("routes = web.RouteTableDef()\n@routes.get('/a')\nasync def b(r): ...\n", []),
        ("sub = web.Application()\nsub.router.add_get('/a', a)\napp.add_subapp('/sub', sub)",
         ["GET /sub/a"]),
        ("def wire(app):\n    app.router.add_get('/a', a)\nwire(app)", ["GET /a"]),
        ("import aiohttp\nasync def f(s: aiohttp.ClientSession):\n    await s.get('/a')", []),
    ],
)  # fmt: skip
def test_every_way_to_add_a_route(line: str, served: list[str]) -> None:
    assert routes(READER, f"{APP}{line}\n") == served


@pytest.mark.parametrize(
    ("line", "known"),
    [("app.router.add_get(base + '/x', a)", ["…/x"]), ("app.add_routes(found())", [""])],
)
def test_what_only_a_run_would_show_is_said(line: str, known: list[str]) -> None:
    assert left_open(READER, f"{APP}{line}\n") == known


def test_a_client_alone_is_no_server() -> None:
    assert facts(READER, "import aiohttp\ns = aiohttp.ClientSession()\n") == []


def test_a_health_route_covers_what_is_kept_in_the_application() -> None:
    text = APP + (
        "import asyncpg\nasync def start(app):\n    app['db'] = await asyncpg.create_pool('x')\n"
        "async def ready(request):\n    await request.app['db'].fetchval('SELECT 1')\n"
        "app.router.add_get('/ready', ready)\napp.router.add_get('/live', a)\n"
    )
    assert health(READER, text) == {"/ready": ["postgresql"], "/live": []}
