"""Health routes of django-health-check."""

import pytest

from opsready.facts.readers.python import django
from opsready.facts.readers.python.django_health_check import READER
from tests.facts.readers.python.told import health


def site(pattern: str, installed: str = "") -> dict[str, str]:
    return {
        "site_/__init__.py": "",
        "site_/settings.py": (
            f"ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = [{installed}]\n"
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
            "CACHES = {'default': {'BACKEND': 'django_redis.cache.RedisCache'}}\n"
        ),
        "site_/urls.py": (
            "from django.urls import include, path\n"
            "from health_check.checks import Database\n"
            "from health_check.views import HealthCheckView\n"
            "class Own(HealthCheckView):\n    checks = ['health_check.contrib.kafka.Kafka']\n"
            f"urlpatterns = [path('ht/', {pattern})]\n"
        ),
    }


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [
        ("HealthCheckView.as_view()", ["postgresql", "redis", "smtp"]),
        ("HealthCheckView.as_view(checks=['health_check.checks.Database'])", ["postgresql"]),
        ("HealthCheckView.as_view(checks=[Database, ('health_check.checks.Cache', {'a': 1})])",
         ["postgresql", "redis"]),
        ("HealthCheckView.as_view(checks=['health_check.contrib.psutil.Disk'])", []),
        ("Own.as_view()", ["kafka"]),
    ],
)  # fmt: skip
def test_a_view_covers_what_its_checks_ask(pattern: str, covers: list[str]) -> None:
    assert health(READER, site(pattern)) == {"/ht/": covers}
    assert health(django.READER, site(pattern)) == {}


def test_before_version_4_the_installed_applications_are_the_checks() -> None:
    files = site("include('health_check.urls')", "'health_check', 'health_check.db'")
    assert health(READER, files) == {"/ht/": ["postgresql"]}
