"""Documents and code that disagree, and the many cases in which they only seem to."""

import pytest

from opsready.review.check import Check, NotRun
from opsready.review.checks.code import (
    documented_dependency_unused,
    documented_variable_unread,
    scenario_calls_missing_route,
)
from tests.build import make_case

PAGE = "# Orders\n\n## Dependencies\n\n- Redis: a cache\n"
CONFIGURATION = "# Orders\n\n## Configuration\n\n- `CACHE_SIZE`: how many orders\n"
READS = "import os\n\nurl = os.environ['SHOP_URL']\n"
APP = """\
from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.get("/orders/{order_id}")
def read(order_id: str) -> None: ...
"""


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}: {f.message}" for f in check.find(make_case(files))]


def scenario(*steps: str) -> str:
    return "Feature: F\n  Scenario: S\n" + "".join(f"    {step}\n" for step in steps)


class TestDocumentedDependencyUnused:
    CHECK = documented_dependency_unused.CHECK

    def test_both_places_are_shown(self) -> None:
        case = make_case(
            {"docs/architecture.md": PAGE, "shop/db.py": "import psycopg\n\npsycopg.connect('x')\n"}
        )
        (finding,) = self.CHECK.find(case)
        assert (finding.path, finding.line) == ("docs/architecture.md", 5)
        assert [(p.path, p.line) for p in finding.related] == [("shop/db.py", 3)]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("shop/cache.py", "import redis\n\nclient = redis.Redis()\n"),
            ("shop/tasks.py", "from celery import Celery\n\napp = Celery()\n"),
            ("shop/settings.py", "CACHE_BACKEND = 'django.core.cache.backends.redis.RedisCache'\n"),
            ("shop/app.py", "# the cache is Redis, reached by our framework\n"),
            ("requirements.txt", "redis==6.0\n"),
            (".env.example", "REDIS_URL=\n"),
        ],
    )
    def test_any_mention_in_code_manifests_or_settings_is_enough(
        self, path: str, text: str
    ) -> None:
        files = {"docs/architecture.md": PAGE, "shop/main.py": "print('x')\n", path: text}
        assert found(self.CHECK, files) == []

    def test_without_code_there_is_nothing_to_disagree_with(self) -> None:
        assert found(self.CHECK, {"docs/architecture.md": PAGE}) == []


class TestDocumentedVariableUnread:
    CHECK = documented_variable_unread.CHECK

    def test_a_sample_file_is_a_document_too(self) -> None:
        assert found(self.CHECK, {".env.example": "CACHE_SIZE=10\n", "shop/a.py": READS}) == [
            ".env.example:1: `CACHE_SIZE` is documented, and no code reads it"
        ]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("shop/b.py", "import os\n\nsize = os.getenv('CACHE_SIZE')\n"),
            ("shop/b.py", "class Settings(BaseSettings):\n    cache_size: int = 10\n"),
            ("entrypoint.sh", '#!/bin/sh\nexec shop --cache "$CACHE_SIZE"\n'),
            ("gunicorn.conf.py", "cache = CACHE_SIZE\n"),
            ("web/main.js", "const size = process.env.CACHE_SIZE;\n"),
            (
                "compose.yaml",
                "services:\n  a:\n    image: x\n    environment:\n      CACHE_SIZE: 1\n",
            ),
        ],
    )
    def test_a_variable_that_any_other_file_names_is_read_for_all_we_know(
        self, path: str, text: str
    ) -> None:
        assert found(self.CHECK, {"README.md": CONFIGURATION, "shop/a.py": READS, path: text}) == []

    @pytest.mark.parametrize(
        "name", ["AWS_REGION", "WEB_CONCURRENCY", "OTEL_SERVICE_NAME", "HTTPS_PROXY"]
    )
    def test_what_libraries_and_servers_read_is_not_ours_to_read(self, name: str) -> None:
        text = CONFIGURATION.replace("CACHE_SIZE", name)
        assert found(self.CHECK, {"README.md": text, "shop/a.py": READS}) == []

    def test_names_that_are_made_at_run_time_leave_it_open(self) -> None:
        reads = "import os\n\n\ndef read(name):\n    return os.environ['SHOP_' + name.upper()]\n"
        with pytest.raises(NotRun, match=r"made when the service runs \(shop/b\.py:5\)"):
            found(self.CHECK, {"README.md": CONFIGURATION, "shop/a.py": READS, "shop/b.py": reads})

    def test_code_that_reads_no_variable_at_all_may_be_configured_otherwise(self) -> None:
        assert found(self.CHECK, {"README.md": CONFIGURATION, "shop/a.py": "x = 1\n"}) == []


class TestScenarioCallsMissingRoute:
    CHECK = scenario_calls_missing_route.CHECK

    def test_another_method_of_a_known_path_is_missing_too(self) -> None:
        files = {"a.feature": scenario("When I DELETE /orders/7"), "shop/app.py": APP}
        assert found(self.CHECK, files) == [
            "a.feature:2: the scenario calls `DELETE /orders/7`, which no code serves;"
            " it serves GET /orders/{order_id}"
        ]

    @pytest.mark.parametrize(
        "steps",
        [
            ("When I GET /orders/7",),
            ("When I GET /orders/{id}?full=1",),
            ("When I GET /api/v2/orders/7",),
            ("When I GET /nowhere", "Then the status is 404"),
            ("Given the provider answers POST /charges with 503", "When I GET /orders/7"),
            ("When the worker runs",),
        ],
    )
    def test_what_fits_or_is_not_meant_to_be_there_is_not_missing(
        self, steps: tuple[str, ...]
    ) -> None:
        assert found(self.CHECK, {"a.feature": scenario(*steps), "shop/app.py": APP}) == []

    def test_a_request_that_several_scenarios_make_is_told_once(self) -> None:
        feature = scenario("When I GET /carts") + "  Scenario: T\n    When I GET /carts\n"
        assert len(found(self.CHECK, {"a.feature": feature, "shop/app.py": APP})) == 1

    @pytest.mark.parametrize(
        ("files", "why"),
        [
            ({"shop/a.py": "x = 1\n"}, "no route of the code is known"),
            (
                {"shop/app.py": APP, "go.mod": "module shop\n\ngo 1.22\n"},
                "routes in go are not read",
            ),
            (
                {"shop/app.py": APP + "\n\nfor name in names():\n    app.get('/' + name)(read)\n"},
                "some routes are made when the service runs",
            ),
        ],
    )
    def test_a_list_of_routes_that_is_not_whole_leaves_it_open(
        self, files: dict[str, str], why: str
    ) -> None:
        with pytest.raises(NotRun, match=why):
            found(self.CHECK, {"a.feature": scenario("When I GET /carts"), **files})
