"""What the manifests of Node, Go and Java say, and the lists of a platform."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.reader import Reader
from opsready.facts.readers import env_files, go, java, node, openapi, procfile
from tests.build import make_bundle


def facts(reader: Reader, path: str, text: str) -> list[tuple[str, object]]:
    return [(fact.claim, fact.value) for fact in reader.read(make_bundle({path: text}))]


class TestNode:
    def test_a_server(self) -> None:
        text = (
            '{"scripts": {"start": "PORT=3000 node server.js"},'
            ' "dependencies": {"express": "5", "pg": "8", "lodash": "4"}}'
        )
        assert facts(node.READER, "package.json", text) == [
            (Claim.LANGUAGE, "node"),
            (Claim.FRAMEWORK, "express"),
            (Claim.DEPENDENCY, {"kind": "postgresql", "name": "pg", "client": "pg"}),
            (Claim.START_COMMAND, {"command": "npm start"}),
            (Claim.PORT, 3000),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            '{"devDependencies": {"webpack": "5"}, "scripts": {"build": "webpack"}}',
            '{"dependencies": {"react": "19"}, "scripts": {"start": "react-scripts start"}}',
        ],
    )
    def test_pages_for_a_browser_make_no_node_service(self, text: str) -> None:
        assert facts(node.READER, "package.json", text) == []


def test_a_go_service() -> None:
    text = (
        "module shop\nrequire github.com/go-chi/chi/v5 v5.1.0\nrequire github.com/lib/pq v1.0.0\n"
    )
    dependency = {"kind": "postgresql", "name": "postgresql", "client": "github.com/lib/pq"}
    assert facts(go.READER, "go.mod", text) == [
        (Claim.LANGUAGE, "go"),
        (Claim.FRAMEWORK, "chi"),
        (Claim.DEPENDENCY, dependency),
    ]


class TestJava:
    def test_a_service_with_its_health_route(self) -> None:
        text = """\
plugins { id "org.springframework.boot" version "3.4" }
dependencies {
  implementation "org.springframework.boot:spring-boot-starter-web"
  implementation "org.springframework.boot:spring-boot-starter-actuator"
  runtimeOnly "org.postgresql:postgresql"
}
"""
        found = facts(java.READER, "build.gradle", text)
        assert found[:2] == [(Claim.LANGUAGE, "java"), (Claim.FRAMEWORK, "spring")]
        assert (
            Claim.HEALTH_ROUTE,
            {"path": "/actuator/health", "covers": None, "role": "readiness"},
        ) in found
        assert [value for claim, value in found if claim is Claim.DEPENDENCY] == [
            {"kind": "postgresql", "name": "postgresql", "client": "postgresql"}
        ]

    def test_a_library_says_nothing_of_how_it_runs(self) -> None:
        text = 'dependencies {\n  api "org.postgresql:postgresql:42"\n}\n'
        assert facts(java.READER, "build.gradle", text) == []


def test_only_the_web_process_of_a_procfile_serves() -> None:
    text = "release: alembic upgrade head\nweb: gunicorn -w 3 shop:app\nworker: celery\n"
    assert facts(procfile.READER, "Procfile", text) == [
        (Claim.START_COMMAND, {"command": "gunicorn -w 3 shop:app"}),
        (Claim.WORKERS, {"count": 3}),
    ]


def test_a_procfile_that_names_the_port_says_it() -> None:
    text = "web: uvicorn shop:app --host 0.0.0.0 --port 8080\n"
    assert facts(procfile.READER, "Procfile", text) == [
        (Claim.START_COMMAND, {"command": "uvicorn shop:app --host 0.0.0.0 --port 8080"}),
        (Claim.PORT, 8080),
    ]


class TestEnvFiles:
    def test_a_sample_names_variables_and_keeps_secrets_to_itself(self) -> None:
        text = "PORT=8000\nAPI_KEY=abc123xyz\nDATABASE_URL=postgres://a:s3cr3tOne@db/x\n"
        found = list(env_files.READER.read(make_bundle({".env.example": text})))
        assert [fact.value for fact in found] == [
            {"name": "PORT", "secret": False, "default": "8000"},
            {"name": "API_KEY", "secret": True, "default": None},
            {"name": "DATABASE_URL", "secret": True, "default": None},
        ]
        assert [fact.quote for fact in found] == ["PORT=8000", "API_KEY=***", "DATABASE_URL=***"]

    def test_a_filled_in_file_is_nobodys_business(self) -> None:
        assert facts(env_files.READER, ".env", "PORT=8000\n") == []


def test_the_routes_of_an_interface() -> None:
    text = (
        "openapi: 3.1.0\npaths:\n  /a/{id}:\n    get: {operationId: read, responses: {'200': {}}}\n"
    )
    assert facts(openapi.READER, "openapi.yaml", text) == [
        (
            Claim.ROUTE,
            {"method": "GET", "path": "/a/{id}", "operation": "read", "statuses": ["200"]},
        )
    ]
