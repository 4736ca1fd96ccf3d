"""What compose files say of the service and of what runs beside it."""

from opsready.facts.fact import Claim
from opsready.facts.readers.compose import READER
from tests.build import make_bundle

COMPOSE = """\
services:
  web:
    build: .
    command: gunicorn -w 2 shop:app
    ports: ["80:8000"]
    restart: always
    healthcheck: {test: "curl -f http://localhost:8000/readyz"}
  db:
    image: postgres:17
    ports: ["5432:5432"]
  proxy:
    image: nginx:1.27
"""


def facts(text: str, path: str = "compose.yaml") -> list[tuple[str, object, int]]:
    return [(f.claim, f.value, f.line) for f in READER.read(make_bundle({path: text}))]


def test_the_service_that_is_built_and_the_stores_beside_it() -> None:
    beside = {"kind": "postgresql", "name": "db", "client": None, "image": "postgres:17"}
    assert facts(COMPOSE) == [
        (Claim.START_COMMAND, {"command": "gunicorn -w 2 shop:app"}, 2),
        (Claim.WORKERS, {"count": 2}, 2),
        (Claim.PORT, 8000, 5),
        (Claim.HEALTH_ROUTE, {"path": "/readyz", "covers": None, "role": "healthcheck"}, 7),
        (Claim.DEPENDENCY, beside, 9),
        (Claim.DEPLOYS_WITH, {"tool": "compose"}, 2),
    ]


def test_the_command_of_a_developer_is_not_that_of_production() -> None:
    text = (
        "services:\n  web:\n    build: .\n    command: flask run --debug\n    volumes: ['.:/app']\n"
    )
    assert facts(text) == []


def test_examples_are_left_out() -> None:
    assert facts(COMPOSE, "examples/compose.yaml") == []


def test_a_health_check_that_is_no_mapping_says_nothing() -> None:
    text = COMPOSE.replace('{test: "curl -f http://localhost:8000/readyz"}', "[curl, /readyz]")
    assert Claim.HEALTH_ROUTE not in [claim for claim, _, _ in facts(text)]
