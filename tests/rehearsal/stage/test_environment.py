"""What a service finds in its environment, and how placeholders become values."""

from pathlib import Path

import pytest

from opsready.rehearsal.stage.environment import bare_environment, environment_of
from opsready.rehearsal.stage.placeholders import Placeholders
from opsready.spec.spec import Variable

FILLED = Placeholders(
    {
        "postgresql": {"url": "postgresql://u:p@127.0.0.1:1/db", "rest": "u:p@127.0.0.1:1/db"},
        "redis": {"url": "redis://127.0.0.1:2/0", "port": "2"},
        "port": {"url": "15001"},
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{postgresql}", "postgresql://u:p@127.0.0.1:1/db"),
        ("postgresql+asyncpg://{postgresql.rest}", "postgresql+asyncpg://u:p@127.0.0.1:1/db"),
        ("127.0.0.1:{redis.port}", "127.0.0.1:2"),
        ("{port}", "15001"),
        ("{redis.nothing} {kafka} {}", "{redis.nothing} {kafka} {}"),
        ('{"level": "info"}', '{"level": "info"}'),
    ],
)
def test_known_placeholders_are_filled_and_other_braces_stay(text: str, value: str) -> None:
    assert FILLED.filled(text) == value


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (Variable(name="X", rehearsal="{redis}"), "redis://127.0.0.1:2/0"),
        (Variable(name="X", default="0.0.0.0"), "127.0.0.1"),
        (Variable(name="X", default="info"), None),
        (Variable(name="X"), None),
    ],
    ids=["given", "every interface", "the code's default", "optional"],
)
def test_a_variable_gets_what_the_spec_says(variable: Variable, value: str | None) -> None:
    assert environment_of([variable], FILLED, {}).values.get("X") == value


def test_a_required_secret_that_nobody_gave_is_made_up_and_hidden() -> None:
    made = environment_of([Variable(name="KEY", secret=True, required=True)], FILLED, {})
    assert len(made.values["KEY"]) >= 24
    assert made.secrets == (made.values["KEY"],)
    assert made.unset == ()


def test_a_required_variable_without_a_value_is_named() -> None:
    made = environment_of([Variable(name="REGION", required=True)], FILLED, {})
    assert made.unset == ("REGION",)
    assert "REGION" not in made.values


def test_nothing_of_ours_is_in_the_bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    assert bare_environment(Path("/h"), Path("/s"), [Path("/v/bin")]) == {
        "PATH": "/v/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/h",
        "TMPDIR": "/s",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }
