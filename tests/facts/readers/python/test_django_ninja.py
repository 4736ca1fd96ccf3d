"""Routes of Django Ninja."""

from opsready.facts.readers.python import django
from opsready.facts.readers.python.django_ninja import READER
from tests.facts.readers.python.told import left_open, routes

SITE = {
    "site_/__init__.py": "",
    "site_/settings.py": "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = []\n",
    "site_/urls.py": (
        "from django.urls import path\nfrom site_.api import api\n"
        "urlpatterns = [path('api/', api.urls)]\n"
    ),
    "site_/orders.py": (
        "from ninja import Router\nrouter = Router()\n"
        "@router.post('/')\ndef add(request): ...\n"
        "@router.get('/{int:order_id}')\ndef read(request, order_id): ...\n"
    ),
    "site_/api.py": (
        "from ninja import NinjaAPI, Router\nfrom site_.orders import router\n"
        "api = NinjaAPI()\n@api.get('/up')\ndef up(request): ...\n"
        "@api.api_operation(['GET', 'PUT'], '/x')\ndef x(request): ...\n"
        "api.add_router('/orders/', router)\napi.add_router('old', 'site_.orders.router')\n"
        "unused = Router()\n@unused.get('/never')\ndef never(request): ...\n"
    ),
}


def test_operations_are_served_below_the_pattern_of_their_api() -> None:
    assert routes(READER, SITE) == [
        "GET /api/old/{order_id}",
        "GET /api/orders/{order_id}",
        "GET /api/up",
        "GET /api/x",
        "POST /api/old/",
        "POST /api/orders/",
        "PUT /api/x",
    ]
    assert left_open(django.READER, SITE) == []


def test_a_router_of_elsewhere_is_left_open() -> None:
    files = {**SITE, "site_/api.py": SITE["site_/api.py"] + "api.add_router('/o/', found())\n"}
    assert left_open(READER, files) == ["/o/"]
