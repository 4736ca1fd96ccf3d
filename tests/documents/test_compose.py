"""Services of a compose file, in the short and in the long form."""

import pytest

from opsready.documents.compose import ComposeFile
from opsready.documents.document import Unparsable

BOTH_FORMS = """\
services:
  web:
    build: .
    command: ["gunicorn", "-b", ":8000", "shop:app"]
    ports:
      - "127.0.0.1:80:8000"
      - {target: 9000, published: "9001"}
    environment:
      A: "1"
      FROM_SHELL:
    depends_on:
      db: {condition: service_healthy}
  db:
    image: docker.io/library/postgres:17
    environment:
      - POSTGRES_PASSWORD=postgres
      - PASSED_ON
    expose: ["5432"]
    healthcheck: {test: ["CMD", "pg_isready"]}
"""


def parse(text: str, path: str = "compose.yaml") -> ComposeFile:
    return ComposeFile.parse(path, text)


def test_what_a_service_says() -> None:
    web, db = parse(BOTH_FORMS).services
    assert (web.name, web.line, web.builds, web.depends_on) == ("web", 2, True, ("db",))
    assert web.command == "gunicorn -b :8000 shop:app"
    assert [(p.target, p.published) for p in web.ports] == [(8000, "127.0.0.1:80"), (9000, "9001")]
    assert db.image is not None
    assert (str(db.image), db.image.service_kind) == ("docker.io/library/postgres:17", "postgresql")
    assert [p.target for p in db.ports] == [5432]


def test_variables_of_either_form_know_whether_they_have_a_value() -> None:
    found = [(v.owner, v.name, v.value, v.line) for v in parse(BOTH_FORMS).settings]
    assert found == [
        ("service web", "A", "1", 9),
        ("service web", "FROM_SHELL", None, 10),
        ("service db", "POSTGRES_PASSWORD", "postgres", 16),
        ("service db", "PASSED_ON", None, 17),
    ]


@pytest.mark.parametrize(
    ("check", "there"),
    [
        ("{test: [CMD, pg_isready]}", True),
        ("{disable: true}", False),
        ('{test: ["NONE"]}', False),
    ],
)
def test_a_health_check_that_is_switched_off_is_none(check: str, there: bool) -> None:
    text = f"services:\n  a:\n    image: a:1\n    healthcheck: {check}\n"
    assert (parse(text).services[0].health_check is not None) is there


@pytest.mark.parametrize(
    ("path", "service", "development", "production"),
    [
        ("compose.yaml", "volumes: ['.:/app']", True, False),
        ("compose.yaml", "command: uvicorn shop:app --reload", True, False),
        ("compose.yaml", "restart: unless-stopped", False, True),
        ("compose.yaml", "deploy: {replicas: 2}", False, True),
        ("compose.yaml", "image: shop:1", False, False),
        ("docker-compose.prod.yml", "image: shop:1", False, True),
        ("docker-compose.override.yml", "restart: always", True, False),
        ("compose.test.yaml", "restart: always", True, False),
        ("compose.yaml", "volumes: ['data:/var/lib']", False, False),
    ],
)
def test_whom_a_file_serves(path: str, service: str, development: bool, production: bool) -> None:
    document = parse(f"services:\n  web:\n    {service}\n", path)
    assert (document.is_for_development, document.is_for_production) == (development, production)


def test_a_list_is_no_compose_file() -> None:
    with pytest.raises(Unparsable, match=r"compose.yaml:1: is not a compose file"):
        parse("- a\n- b\n")


def test_an_empty_file_has_no_services() -> None:
    assert parse("").services == ()
