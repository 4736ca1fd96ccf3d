"""A page in, the variables that it tells people to set out."""

import pytest

from opsready.facts.readers import documented_variables
from tests.build import make_bundle


def said(text: str) -> list[tuple[object, ...]]:
    return [
        (fact["name"], fact["secret"], fact["default"], fact.line)
        for fact in documented_variables.read(make_bundle({"README.md": f"# Orders\n\n{text}\n"}))
    ]


def test_a_table_names_variables_with_their_defaults() -> None:
    assert said(
        "| Variable | Default | Meaning |\n|---|---|---|\n"
        "| `DATABASE_URL` | `postgres://localhost/x` | orders |\n"
        "| `PORT` | 8000 | where it listens |\n"
        "| `API_TOKEN` | abc | of the provider |\n"
        "| `OLD_FLAG` | | removed in 2.0 |\n"
        "| `TLS_CERT`, `TLS_KEY_FILE` | none | both or neither |\n"
        "| `SCRATCH` | the system's folder | |\n"
        "| any other | | |"
    ) == [
        ("DATABASE_URL", False, "postgres://localhost/x", 5),
        ("PORT", False, "8000", 6),
        ("API_TOKEN", True, None, 7),
        ("TLS_CERT", False, None, 9),
        ("TLS_KEY_FILE", False, None, 9),
        ("SCRATCH", False, None, 10),
    ]


def test_a_list_about_configuration_names_them_first_and_in_backticks() -> None:
    assert said(
        "## Configuration\n\n- `DATABASE_URL`: where the orders are\n- `LOG_LEVEL=info` for less\n"
        "- set `OTHER_NAME` too\n- PLAIN_NAME: no backticks"
    ) == [("DATABASE_URL", False, None, 5), ("LOG_LEVEL", False, None, 6)]


def test_a_bare_name_is_a_variable_below_a_heading_that_says_so() -> None:
    assert said("## Environment variables\n\n- `LOG_LEVEL`") == [("LOG_LEVEL", False, None, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "Set `DATABASE_URL` first.",
        "## Configuration\n\n### socket\n\nOne of:\n\n* `AF_UNIX`\n* `AF_INET`",
        "## Development\n\n### Configuration\n\n- `TEST_URL`: for tests",
        "| Method | Path |\n|---|---|\n| GET | /x |",
        "| Name | Meaning |\n|---|---|\n| POST | a method |",
    ],
)
def test_other_names_are_none(text: str) -> None:
    assert said(text) == []
