"""Routes of Pyramid applications."""

import pytest

from opsready.facts.readers.python.pyramid import READER
from tests.facts.readers.python.told import left_open, routes

MAIN = "from pyramid.config import Configurator\ndef main(settings):\n    config = Configurator()\n"


@pytest.mark.parametrize(
    ("line", "served"),
    [
        ("config.add_route('a', '/a/{id:[0-9]{2}}/*rest')", ["* /a/{id}/{rest}"]),
        ("config.add_route('a', 'a', request_method='POST')", ["POST /a"]),
        ("config.add_route('a', '/a')\n"
         "    config.add_view(v, route_name='a', request_method=('GET', 'PUT'))",
         ["GET /a", "PUT /a"]),
        ("router.add_route('GET', '/a', handler)", []),
    ],
)  # fmt: skip
def test_a_route_answers_what_its_views_do(line: str, served: list[str]) -> None:
    assert routes(READER, f"{MAIN}    {line}\n") == served


def test_decorated_views_name_the_methods_of_their_route() -> None:
    files = {
        "shop/__init__.py": f"{MAIN}    config.add_route('order', '/orders/{{id}}')\n",
        "shop/views.py": (
            "from pyramid.view import view_config, view_defaults\n"
            "@view_config(route_name='order', request_method='GET')\ndef read(request): ...\n"
            "@view_defaults(route_name='order')\nclass Order:\n"
            "    @view_config(request_method='DELETE')\n    def drop(self): ...\n"
        ),
    }
    assert routes(READER, files) == ["DELETE /orders/{id}", "GET /orders/{id}"]


def test_an_include_puts_its_prefix_before_what_it_includes() -> None:
    files = {
        "shop/__init__.py": (
            f"{MAIN}    config.include('.api', route_prefix='v1')\n"
            "    config.include('shop.plain')\n"
        ),
        "shop/api.py": (
            "def includeme(config):\n    config.add_route('a', '/a')\n"
            "    config.include(deeper, route_prefix='/deep/')\n"
            "def deeper(config):\n    config.add_route('b', '/b')\n"
        ),
        "shop/plain.py": "def includeme(config):\n    more(config)\n"
        "def more(config):\n    config.add_route('c', '/c')\n",
        "shop/unused.py": "def includeme(config):\n    config.add_route('d', '/d')\n",
    }
    assert routes(READER, files) == ["* /c", "* /v1/a", "* /v1/deep/b"]


def test_a_prefix_that_is_set_holds_for_what_comes_after_it() -> None:
    text = MAIN + (
        "    config.add_route('a', '/a')\n    config.route_prefix = 'v2'\n"
        "    config.add_route('b', '/b')\n    config.route_prefix = None\n"
        "    config.add_route('c', '/c')\n"
    )
    assert routes(READER, text) == ["* /a", "* /c", "* /v2/b"]


def test_includes_that_settings_decide_are_left_open() -> None:
    text = MAIN + "    for name in settings['includes']:\n        config.include(name)\n"
    assert left_open(READER, text) == [""]
