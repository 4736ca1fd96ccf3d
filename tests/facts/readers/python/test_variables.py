"""Environment variables as facts."""

import pytest

from opsready.documents.variable_name import is_secret
from opsready.facts.fact import Claim
from opsready.facts.readers.python.variables import READER
from tests.facts.readers.python.told import facts


def test_a_variable_says_its_default_whether_it_is_needed_and_whether_it_is_secret() -> None:
    text = (
        "import os\nos.environ['HOST']\nos.getenv('PORT', '80')\nos.environ['API_TOKEN']\n"
        "os.getenv('SECRET_KEY', 'insecure')\n"
    )
    assert [fact.value for fact in facts(READER, text)] == [
        {"name": "PORT", "secret": False, "default": "80", "required": False},
        {"name": "SECRET_KEY", "secret": True, "default": None, "required": False},
        {"name": "HOST", "secret": False, "default": None, "required": True},
        {"name": "API_TOKEN", "secret": True, "default": None, "required": True},
    ]


def test_no_secret_is_quoted() -> None:
    text = "import os\nos.getenv('SECRET_KEY', 'insecure')\nos.getenv('X', 'amqp://u:pw@mq')\n"
    found = facts(READER, text)
    assert [fact.quote for fact in found] == [
        "os.getenv('SECRET_KEY', '…')",
        "os.getenv('X', 'amqp://u:…@mq')",
    ]
    assert found[1]["default"] == "amqp://u:…@mq"


def test_a_name_that_is_built_at_run_time_is_said_to_be_so() -> None:
    found = facts(READER, "import os\nos.environ[f'{service}_URL']\n")
    assert [(fact.claim, fact["claim"], fact["known"]) for fact in found] == [
        (Claim.AT_RUN_TIME, "env_var", "…_URL")
    ]


def test_variables_of_the_machine_are_configured_by_nobody() -> None:
    assert facts(READER, "import os\nos.environ['PATH']\nos.getenv('PYTEST_CURRENT_TEST')\n") == []


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "SECRET_KEY", "STRIPE_API_KEY", "GITHUB_TOKEN", "JWT_SECRET", "SENTRY_DSN",
     "DATABASE_URL", "MONGODB_URI", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD_2_PASSWORD"],
)  # fmt: skip
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["PASSWORD_MIN_LENGTH", "SECRET_NAME", "TOKEN_URL", "AWS_ACCESS_KEY_ID", "TOKEN_TTL", "HOST",
     "ACCESS_TOKEN_EXPIRE_MINUTES", "API_KEY_HEADER", "JWT_ALGORITHM", "PUBLIC_KEY", "KEYSPACE",
     "TLS_KEY_FILE", "MIN_PASSWORD_SCORE", "COMPASS", "TOKENIZER", "PAYMENTS_URL",
     "ALLOW_PASSWORD"],
)  # fmt: skip
def test_what_is_only_about_a_secret_is_none(name: str) -> None:
    assert not is_secret(name)
