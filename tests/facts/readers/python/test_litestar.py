"""Routes of Litestar applications."""

import pytest

from opsready.facts.readers.python.litestar import READER
from tests.facts.readers.python.told import left_open, routes

IMPORTS = (
    "from litestar import Controller, HttpMethod, Litestar, Router, delete, get, post, route\n"
    "@get('/a/{id:int}')\nasync def a(id: int) -> None: ...\n"
    "@post()\nasync def root() -> None: ...\n"
    "@route(['/x', '/y'], http_method=[HttpMethod.GET, 'PUT'])\nasync def xy() -> None: ...\n"
    "class Base(Controller):\n    @get('/shared')\n    async def shared(self) -> None: ...\n"
    "class Orders(Base):\n    path = '/orders'\n"
    "    @get()\n    async def all(self) -> None: ...\n"
    "    @delete('/{id:uuid}')\n    async def drop(self) -> None: ...\n"
)


@pytest.mark.parametrize(
    ("listed", "served"),
    [
        ("[a, root]", ["GET /a/{id}", "POST /"]),
        ("[xy]", ["GET /x", "GET /y", "PUT /x", "PUT /y"]),
        ("[Orders]", ["DELETE /orders/{id}", "GET /orders", "GET /orders/shared"]),
        ("[Router('/v1', route_handlers=[Router(path='/shop', route_handlers=[a])])]",
         ["GET /v1/shop/a/{id}"]),
        ("[*HANDLERS]", ["POST /"]),
    ],
)  # fmt: skip
def test_handlers_are_walked_from_the_application_down(listed: str, served: list[str]) -> None:
    text = f"{IMPORTS}HANDLERS = [root]\napp = Litestar(route_handlers={listed})\n"
    assert routes(READER, text) == served


def test_handlers_of_elsewhere_are_left_open() -> None:
    assert left_open(READER, f"{IMPORTS}app = Litestar([a, found()])\n") == [""]
