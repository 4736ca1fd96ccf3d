"""What a Dockerfile says of the image."""

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers.image import READER
from tests.build import make_bundle

DOCKERFILE = """\
ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS build
FROM build
ENV PORT=8000
USER app
EXPOSE ${PORT} 53/udp
HEALTHCHECK CMD curl -f http://localhost:8000/readyz
ENTRYPOINT ["gunicorn"]
CMD ["-w", "4", "shop:app"]
"""


def facts(text: str, path: str = "Dockerfile") -> list[tuple[str, object, int]]:
    return [(f.claim, f.value, f.line) for f in READER.read(make_bundle({path: text}))]


def test_everything_that_the_built_image_is() -> None:
    assert facts(DOCKERFILE) == [
        (Claim.IMAGE_BASE, "python:3.12-slim", 2),
        (Claim.CONTAINER_USER, "app", 5),
        (Claim.PORT, 8000, 6),
        (Claim.START_COMMAND, {"command": "gunicorn -w 4 shop:app", "folder": "."}, 8),
        (Claim.WORKERS, {"count": 4}, 8),
        (Claim.HEALTH_ROUTE, {"path": "/readyz", "covers": None, "role": "healthcheck"}, 7),
    ]


def test_what_a_health_check_covers_is_not_known_from_here() -> None:
    (health,) = [
        fact
        for fact in READER.read(make_bundle({"Dockerfile": DOCKERFILE}))
        if fact.claim is Claim.HEALTH_ROUTE
    ]
    assert health.confidence is Confidence.DERIVED


def test_an_image_for_tests_says_nothing_of_the_service() -> None:
    assert facts("FROM python:3\nEXPOSE 80\n", "tests/Dockerfile") == []


def test_what_is_not_said_is_not_known() -> None:
    assert facts("FROM scratch\n") == [(Claim.IMAGE_BASE, "scratch", 1)]
