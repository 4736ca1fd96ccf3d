"""Routes of REST framework's routers."""

import pytest

from opsready.facts.readers.python.django_rest import READER
from tests.facts.readers.python.told import routes


def api(viewset: str, router: str = "DefaultRouter()", included: str = "'api/'") -> dict[str, str]:
    return {
        "site_/__init__.py": "",
        "site_/settings.py": "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = []\n",
        "site_/urls.py": (
            "from django.urls import include, path\nfrom rest_framework.routers import *\n"
            "from rest_framework.routers import DefaultRouter, SimpleRouter\n"
            "from site_.views import Orders\n"
            f"router = {router}\nrouter.register(r'orders', Orders, basename='order')\n"
            f"urlpatterns = [path({included}, include(router.urls))]\n"
        ),
        "site_/views.py": (
            "from rest_framework import mixins, viewsets\n"
            f"from rest_framework.decorators import action\n{viewset}\n"
        ),
    }


@pytest.mark.parametrize(
    ("viewset", "served"),
    [
        ("class Orders(viewsets.ModelViewSet): ...",
         ["DELETE /api/orders/{pk}/", "GET /api/orders/", "GET /api/orders/{pk}/",
          "PATCH /api/orders/{pk}/", "POST /api/orders/", "PUT /api/orders/{pk}/"]),
        ("class Orders(viewsets.ReadOnlyModelViewSet):\n    lookup_field = 'slug'",
         ["GET /api/orders/", "GET /api/orders/{slug}/"]),
        ("class Orders(mixins.CreateModelMixin, viewsets.GenericViewSet): ...",
         ["POST /api/orders/"]),
        ("class Orders(viewsets.ViewSet):\n    def list(self): ...\n    def destroy(self): ...",
         ["DELETE /api/orders/{pk}/", "GET /api/orders/"]),
        ("class Orders(viewsets.ModelViewSet):\n    http_method_names = ['get']",
         ["GET /api/orders/", "GET /api/orders/{pk}/"]),
        ("class Orders(viewsets.ViewSet):\n"
         "    @action(detail=True, methods=['post'])\n    def cancel(self, r, pk): ...\n"
         "    @action(detail=False, url_path='latest/one')\n    def latest(self, r): ...",
         ["GET /api/orders/latest/one/", "POST /api/orders/{pk}/cancel/"]),
    ],
)  # fmt: skip
def test_a_viewset_is_served_by_the_actions_that_it_has(viewset: str, served: list[str]) -> None:
    assert routes(READER, api(viewset)) == served


def test_a_router_may_leave_out_the_slash_at_the_end() -> None:
    files = api(
        "class Orders(viewsets.ViewSet):\n    def list(self, r): ...",
        "SimpleRouter(trailing_slash=False)",
    )
    assert routes(READER, files) == ["GET /api/orders"]


def test_a_router_that_nothing_includes_serves_nothing() -> None:
    files = api("class Orders(viewsets.ModelViewSet): ...")
    files["site_/urls.py"] = files["site_/urls.py"].replace("include(router.urls)", "view")
    assert routes(READER, files) == []
