"""What is a secret, and what only looks like one."""

import pytest

from opsready.documents.secret import (
    is_placeholder,
    is_reference,
    is_secret,
    is_well_known,
    names_secret,
    provider_keys,
    without_secrets,
)


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "apiKey",
        "secret_string",
        "SECRET_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "STRIPE_API_KEY",
        "SMTP_PASS",
        "github_token",
        "kinto.userid_hmac_secret",
        "master_password",
        "PASSWORD_1",
    ],
)
def test_names_that_promise_a_secret(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "tokenUrl",
        "password_file",
        "next_token",
        "max_tokens",
        "public_key",
        "TOKEN_TTL",
        "compass",
        "secret_name",
        "csrf_token",
        "primary_key",
        "password_policy",
        "reset_password",
    ],
)
def test_names_that_only_sound_like_one(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2"),
        ("DB_PASSWORD", "postgres"),
        ("API_KEY", "prod-api-key-9f8e7d6c5b4a"),
        ("DATABASE_URL", "postgres://app:s3cr3tProd@db.prod/x"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ],
)
def test_secrets_written_out(name: str, value: str) -> None:
    assert is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", ""),
        ("PASSWORD", "changeme"),
        ("PASSWORD", "<your password>"),
        ("PASSWORD", "xxxxxxxx"),
        ("PASSWORD", "abc"),
        ("API_KEY", "${API_KEY}"),
        ("API_KEY", "{{ .Values.key }}"),
        ("API_KEY", "vault:secret/data/app#key"),
        ("API_KEY", "0123456789abcdef0123456789abcdef"),
        ("TOKEN", "test-token"),
        ("SECRET_KEY", "django-insecure-abc"),
        ("PASSWORD", "/run/secrets/db"),
        ("DATABASE_URL", "postgres://postgres:postgres@db/x"),
        ("DATABASE_URL", "postgres://{user}:{password}@{host}/x"),
        ("DATABASE_URL", "postgres://user:pass@db.example.com/x"),
        ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
        ("HOME", "hunter2"),
    ],
)
def test_what_is_no_secret(name: str, value: str) -> None:
    assert not is_secret(name, value)


@pytest.mark.parametrize("value", ["postgres", "admin", "password123", "minioadmin", "1234"])
def test_passwords_that_everybody_tries(value: str) -> None:
    assert is_well_known(value)


@pytest.mark.parametrize("value", ["hunter2", "Tr0ub4dor&3", "SuperSecret123!"])
def test_passwords_that_nobody_knows(value: str) -> None:
    assert not is_well_known(value)
    assert not is_placeholder(value)
    assert not is_reference(value)


def key(*parts: str) -> str:
    """A key in the form of a provider's, put together so that this file holds none."""
    return "".join(parts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'x = "{key("AKIA", "QWERTYUIOPASDFGH")}"', [(5, "an AWS access key")]),
        (f"x {key('ghp_', 'a1B2' * 9)}", [(2, "a GitHub token")]),
        (key("sk_", "live_", "51H8xYzQwErTyUiOpAs"), [(0, "a Stripe key")]),
        (key("-----BEGIN RSA ", "PRIVATE KEY-----\n", "MIIE" * 12), [(0, "a private key")]),
        (key("-----BEGIN RSA ", "PRIVATE KEY-----\\n...\\n"), []),
        (key("AKIA", "IOSFODNN7EXAMPLE"), []),
        (key("xoxb-", "your-slack-token"), []),
        (key("hooks.slack.com/services/", "T00000000/B00000000/", "X" * 24), []),
    ],
)
def test_keys_that_their_form_gives_away(text: str, found: list[tuple[int, str]]) -> None:
    assert provider_keys(text) == found


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("docker run -e DB_PASSWORD=hunter2 a:1", "docker run -e DB_PASSWORD=*** a:1"),
        ("helm upgrade a . --set db.password=x1", "helm upgrade a . --set db.password=***"),
        ("tool --password hunter2 --port 1", "tool --password *** --port 1"),
        ("tool --password --port 1", "tool --password --port 1"),
        ("run postgres://a:hunter2@b/c", "run postgres://a:***@b/c"),
        ("kubectl apply -f x", "kubectl apply -f x"),
    ],
)
def test_a_command_is_shown_without_what_it_gives_away(line: str, shown: str) -> None:
    assert without_secrets(line.split()) == shown
