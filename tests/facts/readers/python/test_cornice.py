"""Routes of cornice's services and resources."""

from opsready.facts.readers.python.cornice import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

MAIN = "from pyramid.config import Configurator\ndef main(settings):\n    config = Configurator()\n"


def shop(main: str, views: str) -> dict[str, str]:
    return {
        "shop/__init__.py": MAIN + main,
        "shop/views/__init__.py": "",
        "shop/views/orders.py": views,
    }


SERVICE = (
    "from cornice import Service\n"
    "orders = Service(name='orders', path='/orders/{id:int}')\n"
    "@orders.get()\ndef read(request): ...\n@orders.post(schema=1)\ndef add(request): ...\n"
)


def test_a_service_is_served_under_the_prefix_of_the_scan_that_finds_it() -> None:
    scanned = "    config.route_prefix = 'v1'\n    config.scan('shop.views')\n"
    assert routes(READER, shop(scanned, SERVICE)) == [
        "GET /v1/orders/{id}",
        "POST /v1/orders/{id}",
    ]


def test_a_service_that_no_scan_finds_is_not_served() -> None:
    assert routes(READER, shop("    config.scan('shop.other')\n", SERVICE)) == []


def test_a_class_that_comes_from_cornices_service_is_one() -> None:
    views = (
        "from cornice.service import Service as Base\nclass Service(Base): ...\n"
        "beat = Service('beat', '/__heartbeat__')\n@beat.get()\ndef read(request):\n    return {}\n"
    )
    assert health(READER, shop("    config.scan()\n", views)) == {"/__heartbeat__": []}


def test_a_resource_has_a_path_for_all_and_one_for_each() -> None:
    views = (
        "from cornice.resource import resource\n"
        "@resource(collection_path='/orders', path='/orders/{id}')\nclass Orders:\n"
        "    def collection_get(self): ...\n    def get(self): ...\n    def delete(self): ...\n"
    )
    assert routes(READER, shop("    config.scan()\n", views)) == [
        "DELETE /orders/{id}",
        "GET /orders",
        "GET /orders/{id}",
    ]


def test_a_prefix_that_a_run_decides_leaves_the_path_open() -> None:
    scanned = "    config.route_prefix = version()\n    config.scan('shop.views')\n"
    assert left_open(READER, shop(scanned, SERVICE)) == ["/…/orders/{id}", "/…/orders/{id}"]


def test_a_health_route_whose_path_a_run_decides_is_said_to_be_one() -> None:
    views = (
        "from cornice import Service\nbeat = Service('beat', '/__heartbeat__')\n"
        "@beat.get()\ndef read(request): ...\n"
    )
    scanned = "    config.route_prefix = version()\n    config.scan('shop.views')\n"
    found = facts(READER, shop(scanned, views))
    assert [(fact["claim"], fact["known"]) for fact in found] == [
        ("route", "/…/__heartbeat__"),
        ("health_route", "/…/__heartbeat__"),
    ]
