"""Routes of Django projects."""

import pytest

from opsready.facts.readers.python.django import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

SETTINGS = (
    "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = ['shop']\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
    "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache'}}\n"
)
VIEWS = (
    "from django.views import View\n"
    "from django.views.generic import TemplateView, CreateView\n"
    "from django.views.decorators.http import require_GET, require_http_methods\n"
    "from rest_framework.decorators import api_view\n"
    "from rest_framework import generics\n"
    "def any_method(request): ...\n"
    "@require_GET\ndef only_get(request): ...\n"
    "@require_http_methods(['GET', 'POST'])\ndef two(request): ...\n"
    "@api_view(['PUT'])\ndef rest(request): ...\n"
    "class Orders(View):\n    def get(self, request): ...\n    def post(self, request): ...\n"
    "class Page(TemplateView): ...\n"
    "class Detail(generics.RetrieveDestroyAPIView): ...\n"
    "class Limited(Orders):\n    http_method_names = ['get']\n"
)


def site(patterns: str, **others: str) -> dict[str, str]:
    """A project whose root module of URLs holds these patterns."""
    urls = (
        "from django.urls import include, path, re_path\nfrom django.contrib import admin\n"
        f"from shop import views\nurlpatterns = [{patterns}]\n"
    )
    return {
        "site_/__init__.py": "",
        "site_/settings.py": SETTINGS,
        "site_/urls.py": urls,
        "shop/__init__.py": "",
        "shop/views.py": VIEWS,
        **{f"shop/{name}.py": text for name, text in others.items()},
    }


@pytest.mark.parametrize(
    ("pattern", "served"),
    [
        ("path('a/<int:pk>/', views.any_method)", ["* /a/{pk}/"]),
        ("path('', views.only_get)", ["GET /"]),
        ("path('a', views.two)", ["GET /a", "POST /a"]),
        ("path('a', views.rest)", ["PUT /a"]),
        ("path('a', views.Orders.as_view())", ["GET /a", "POST /a"]),
        ("path('a', views.Limited.as_view())", ["GET /a"]),
        ("path('a', views.Page.as_view())", ["GET /a"]),
        ("path('a', views.Detail.as_view())", ["DELETE /a", "GET /a"]),
        ("path('a', csrf_exempt(views.Orders.as_view()))", ["GET /a", "POST /a"]),
        ("path('a', views.Set.as_view({'get': 'list', 'post': 'create'}))", ["GET /a", "POST /a"]),
        (r"re_path(r'^a/(?P<slug>[-\w]+)/(\d+)/$', views.only_get)",
         ["GET /a/{slug}/{argument_2}/"]),
        (r"re_path(r'^files/(?P<path>.*)$', views.only_get)", ["GET /files/{path}"]),
        (r"re_path(r'^a\.json$', views.only_get)", ["GET /a.json"]),
        ("path('static/', static('x'))", ["* /static/"]),
    ],
)  # fmt: skip
def test_a_pattern_is_a_route_of_the_methods_that_its_view_answers(
    pattern: str, served: list[str]
) -> None:
    assert routes(READER, site(pattern)) == served


def test_includes_are_followed_by_name_by_module_and_as_lists() -> None:
    patterns = (
        "path('a/', include('shop.urls')), path('b/', include(([path('x', views.two)], 'n'))),"
        "path('c/', include([path('d/', include('shop.urls', namespace='d'))]))"
    )
    urls = "from django.urls import path\nfrom . import views\n"
    files = site(patterns, urls=urls + "urlpatterns = [path('o/', views.only_get)]\n")
    assert routes(READER, files) == ["GET /a/o/", "GET /b/x", "GET /c/d/o/", "POST /b/x"]


def test_patterns_that_are_added_or_appended_count_too() -> None:
    files = site("path('a', views.only_get)")
    files["site_/urls.py"] += (
        "urlpatterns += [path('b', views.only_get)]\n"
        "urlpatterns.append(path('c', views.only_get))\n"
        "urlpatterns = urlpatterns + [path('d', views.only_get)]\n"
    )
    assert routes(READER, files) == ["GET /a", "GET /b", "GET /c", "GET /d"]


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        ("path('admin/', admin.site.urls)", ["/admin/"]),
        ("path('x/', include('other.package.urls'))", ["/x/"]),
        ("path(f'{name}/', views.two)", ["/…/"]),
        ("re_path(r'^a[0-9]+$', views.two)", ["/a…"]),
        ("*more()", [""]),
    ],
)
def test_what_is_not_in_the_code_is_left_open(pattern: str, known: list[str]) -> None:
    assert left_open(READER, site(pattern)) == known


def test_modules_of_urls_that_include_each_other_end() -> None:
    urls = (
        "from django.urls import include, path\nurlpatterns = [path('x/', include('shop.urls'))]\n"
    )
    assert routes(READER, site("path('a/', include('shop.urls'))", urls=urls)) == []


def test_without_a_root_and_with_several_modules_of_urls_prefixes_are_unknown() -> None:
    urls = "from django.urls import path\ndef v(r): ...\nurlpatterns = [path('o/', v)]\n"
    assert left_open(READER, {"a/urls.py": urls, "b/urls.py": urls}) == ["…/o/", "…/o/"]
    assert routes(READER, {"a/urls.py": urls}) == ["* /o/"]


def test_a_health_view_covers_the_database_and_the_cache_of_the_settings() -> None:
    views = (
        "from django.core.cache import cache\nfrom django.db import connection\n"
        "def live(request):\n    return 1\n"
        "def ready(request):\n"
        "    with connection.cursor() as cursor:\n        cursor.execute('SELECT 1')\n"
        "    cache.get('x')\n"
    )
    files = site("path('livez', health.live), path('readyz', health.ready)", health=views)
    files["site_/urls.py"] = "from shop import health\n" + files["site_/urls.py"]
    assert health(READER, files) == {"/livez": [], "/readyz": ["postgresql", "redis"]}


def test_settings_of_development_do_not_decide_the_root() -> None:
    files = site("path('a', views.only_get)")
    files["site_/local.py"] = "ROOT_URLCONF = 'site_.other'\nINSTALLED_APPS = []\n"
    assert routes(READER, files) == ["GET /a"]
    assert facts(READER, files)[0].value == "django"
