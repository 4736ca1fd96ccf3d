"""Stages and instructions of a Dockerfile."""

import pytest

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.document import Unparsable

TWO_STAGES = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS build
RUN apt-get update \\
    # a comment inside
    && pip install shop
FROM build
ENV A=1 \\
    GREETING="hello you" \\
    C='x'
ENV OLD one value
EXPOSE 8000/tcp 9000
USER app
CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
"""


def parse(text: str) -> Dockerfile:
    return Dockerfile.parse("Dockerfile", text)


def test_stages_know_their_image_and_what_they_continue() -> None:
    build, final = parse(TWO_STAGES).stages
    assert (build.name, str(build.image), build.line) == ("build", "python:3.12-slim", 3)
    assert (final.name, final.from_stage, final.line) == ("", "build", 7)


def test_the_ground_of_the_built_image_is_that_of_the_stage_it_continues() -> None:
    assert str(parse(TWO_STAGES).lineage[-1].image) == "python:3.12-slim"


def test_variables_have_a_line_each() -> None:
    found = [(v.name, v.value, v.line, v.owner) for v in parse(TWO_STAGES).settings]
    assert found == [
        ("A", "1", 8, "ENV"),
        ("GREETING", "hello you", 9, "ENV"),
        ("C", "x", 10, "ENV"),
        ("OLD", "one value", 11, "ENV"),
    ]


def test_a_comment_inside_a_continued_line_is_dropped() -> None:
    run = parse(TWO_STAGES).stages[0].all("RUN")[0]
    assert [(c.line, c.words) for c in run.commands] == [
        (4, ("apt-get", "update")),
        (6, ("pip", "install", "shop")),
    ]


def test_a_here_document_is_read_as_commands() -> None:
    text = "FROM a:1\nRUN --mount=type=cache,target=/x <<EOF\npip install a\nmake\nEOF\nUSER 1\n"
    document = parse(text)
    (run,) = document.final.all("RUN")
    assert [(c.line, c.program) for c in run.commands] == [(3, "pip"), (4, "make")]
    user = document.last("USER")
    assert user is not None
    assert user.line == 6


@pytest.mark.parametrize(
    ("instruction", "command"),
    [
        ('CMD ["a", "b c"]', "a 'b c'"),
        ("CMD a   b", "a b"),
        ("CMD a \\\n  b", "a \\ b"),
    ],
)
def test_both_forms_of_a_command(instruction: str, command: str) -> None:
    said = parse(f"FROM a:1\n{instruction}\n").last("CMD")
    assert said is not None
    assert said.command == command


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("HEALTHCHECK CMD curl -f http://localhost:8000/readyz", "/readyz"),
        ("HEALTHCHECK --interval=5s CMD wget http://127.0.0.1/", "/"),
        ("HEALTHCHECK CMD pg_isready", None),
        ("HEALTHCHECK CMD curl http://localhost:8000/$ROUTE", None),
    ],
)
def test_the_path_that_a_health_check_asks(line: str, path: str | None) -> None:
    check = parse(f"FROM a:1\n{line}\n").health_check
    assert check is not None
    assert check.health_path == path


def test_a_health_check_that_is_switched_off_is_none() -> None:
    assert parse("FROM a:1\nHEALTHCHECK NONE\n").health_check is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it has no FROM"),
        ("FROM a\nINSTALL b\n", "Dockerfile:2: is not a Dockerfile: `INSTALL`"),
        ("<html>", "`<html>` is no instruction"),
    ],
)
def test_what_is_no_dockerfile_says_where_and_why(text: str, why: str) -> None:
    with pytest.raises(Unparsable, match=why):
        parse(text)


def test_an_env_that_sets_nothing_gives_nothing() -> None:
    assert Dockerfile.parse("Dockerfile", "FROM a:1\nENV\nENV \\\n  \n").settings == []
