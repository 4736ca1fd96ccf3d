"""What is secret is replaced wherever it stands; what is not stays readable."""

import pytest

from opsready.rehearsal.stage.secret_values import Secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("connecting with s3cr3t-value now", "connecting with *** now"),
        ("postgresql://app:hunter2@127.0.0.1/db", "postgresql://app:***@127.0.0.1/db"),
        ("redis://:hunter2@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        ("PASSWORD=hunter2 and more", "PASSWORD=*** and more"),
        ('{"api_key": "abcd1234", "user": "anna"}', '{"api_key": "***", "user": "anna"}'),
        ("key AKIAIOSFODNN7EXAMPLE was used", "key *** was used"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "***"),
        ("GET http://127.0.0.1:8000/orders 200", "GET http://127.0.0.1:8000/orders 200"),
        ("token bucket refilled", "token bucket refilled"),
    ],
)
def test_a_secret_is_masked_by_its_value_or_its_shape(text: str, shown: str) -> None:
    assert Secrets(["s3cr3t-value"]).hidden_in(text) == shown


def test_short_values_are_words_and_stay() -> None:
    assert Secrets(["dev", ""]).hidden_in("developer") == "developer"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Secrets(["abcdef", "abcdef-123"]).hidden_in("x abcdef-123 y") == "x *** y"


def test_every_string_of_a_json_value_is_looked_at() -> None:
    value = {"logs": ["a s3cr3t-value", 3], "s3cr3t-value": {"deep": "s3cr3t-value"}, "n": None}
    assert Secrets(["s3cr3t-value"]).hidden_in_json(value) == {
        "logs": ["a ***", 3],
        "***": {"deep": "***"},
        "n": None,
    }
