"""Quotes without passwords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.facts.python_fact import masked


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('password = "hunter2"', 'password = "…"'),
        ("password: str = 'hunter2'", "password: str = '…'"),
        ("API_KEY: SecretStr = Field(default='abc')", "API_KEY: SecretStr = Field(default='…')"),
        ("{'token': 'abc'}", "{'token': '…'}"),
        ("connect(host='db', password='pw')", "connect(host='db', password='…')"),
        ("os.environ.get('SECRET_KEY', 'dev')", "os.environ.get('SECRET_KEY', '…')"),
        ("config('SECRET_KEY', default='dev')", "config('SECRET_KEY', default='…')"),
        ("url = 'postgresql://u:pw@db/x'", "url = 'postgresql://u:…@db/x'"),
    ],
)
def test_a_password_is_hidden(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "token = os.environ['GITHUB_TOKEN']",
        '@app.post("/token")',
        'Counter("token_total", "tokens handed out")',
        "token_url = 'https://login/x'",
        "password = getpass()",
        "url = 'postgresql://db/x'",
    ],
)
def test_what_is_no_password_is_shown(line: str) -> None:
    assert masked(line) == line


@given(st.text(alphabet="password=:'\"(), tokn\\/@"))
def test_any_line_can_be_masked_again_without_a_change(line: str) -> None:
    assert masked(masked(line)) == masked(line)
