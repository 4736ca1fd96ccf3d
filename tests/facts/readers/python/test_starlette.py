"""Routes of Starlette applications."""

import pytest

from opsready.facts.readers.python.starlette import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

IMPORTS = (
    "from starlette.applications import Starlette\n"
    "from starlette.routing import Mount, Route, WebSocketRoute\n"
    "from starlette.endpoints import HTTPEndpoint\n"
    "from starlette.staticfiles import StaticFiles\n"
    "async def a(request): ...\nasync def b(request): ...\n"
    "class C(HTTPEndpoint):\n"
    "    async def get(self, request): ...\n    async def post(self, request): ...\n"
)


@pytest.mark.parametrize(
    ("listed", "served"),
    [
        ("[Route('/a', a)]", ["GET /a"]),
        ("[Route('/a/{id:int}', endpoint=a, methods=['PUT'])]", ["PUT /a/{id}"]),
        ("[Route('/c', C)]", ["GET /c", "POST /c"]),
        ("[Mount('/x', routes=[Route('/a', a), Mount('/y', routes=[Route('/b', b)])])]",
         ["GET /x/a", "GET /x/y/b"]),
        ("[Mount('/static', app=StaticFiles(directory='x'))]", ["GET /static/{path}"]),
        ("[WebSocketRoute('/ws', a)]", []),
        ("[*MORE, Route('/b', b)]", ["GET /b", "GET /more"]),
        ("MORE + [Route('/b', b)]", ["GET /b", "GET /more"]),
        ("[Mount('/inner', app=inner)]", ["GET /inner/i"]),
    ],
)  # fmt: skip
def test_a_list_of_routes_is_walked_down(listed: str, served: list[str]) -> None:
    text = (
        f"{IMPORTS}MORE = [Route('/more', a)]\n"
        "inner = Starlette(routes=[Route('/i', a)])\n"
        f"app = Starlette(routes={listed})\n"
    )
    own = [] if "inner" in listed else ["GET /i"]
    assert routes(READER, text) == sorted([*served, *own])


@pytest.mark.parametrize(
    ("listed", "known"),
    [("found()", [""]), ("[Mount('/x', app=other)]", ["/x"]), ("[route]", [""]),
     ("[Route(f'/{name}', a)]", ["/…"])],
)  # fmt: skip
def test_what_only_a_run_would_show_is_said(listed: str, known: list[str]) -> None:
    assert left_open(READER, f"{IMPORTS}app = Starlette(routes={listed})\n") == known


def test_routes_that_no_list_shows_are_left_open_with_what_is_known() -> None:
    text = IMPORTS + (
        "def routes():\n    found = []\n    found.append(Route('/livez', a))\n    return found\n"
        "app = Starlette(routes=more(routes()))\n"
    )
    assert left_open(READER, text) == ["", "…/livez"]


def test_routes_may_be_added_to_the_application_later() -> None:
    text = IMPORTS + (
        "app = Starlette()\napp.add_route('/a', a, methods=['DELETE'])\n"
        "@app.route('/b')\nasync def c(request): ...\n"
    )
    assert routes(READER, text) == ["DELETE /a", "GET /b"]


def test_a_health_route_is_known_by_what_its_handler_asks() -> None:
    text = IMPORTS + (
        "import asyncpg\nasync def ping(request):\n"
        "    async with request.app.state.pool.acquire() as c:\n        await c.fetchval('x')\n"
        "async def start():\n    app.state.pool = await asyncpg.create_pool('x')\n"
        "app = Starlette(routes=[Route('/ping', ping), Route('/health', a)])\n"
    )
    assert health(READER, text) == {"/ping": ["postgresql"], "/health": []}


def test_an_application_states_its_framework_and_a_tree_without_one_nothing() -> None:
    assert facts(READER, IMPORTS + "app = Starlette()\n")[0].value == "starlette"
    assert facts(READER, "from starlette.routing import Route\n") == []
