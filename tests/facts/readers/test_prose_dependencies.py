"""A page in, the dependencies that it says are used out."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.readers import prose_dependencies
from tests.build import make_bundle


def facts_of(text: str, path: str = "docs/architecture.md") -> list[Fact]:
    return list(prose_dependencies.read(make_bundle({path: text})))


def short(text: str, path: str = "docs/architecture.md") -> list[tuple[Any, ...]]:
    return [(f["kind"], f["name"], f["critical"], f["when_down"]) for f in facts_of(text, path)]


def test_a_dependency_has_its_place() -> None:
    assert facts_of("# Orders\n\nOrders are stored in PostgreSQL.\n") == [
        Fact(
            Claim.DEPENDENCY,
            {
                "kind": "postgresql",
                "name": "postgresql",
                "client": None,
                "critical": None,
                "when_down": None,
            },
            "docs/architecture.md",
            3,
            "Orders are stored in PostgreSQL.",
            Confidence.STATED,
        )
    ]


def test_a_table_of_dependencies_says_it_all() -> None:
    assert short(
        "# Orders\n\n## Dependencies\n\n"
        "| Dependency | Kind | Critical | When it is down |\n|---|---|---|---|\n"
        "| PostgreSQL | database | yes | every request answers 503 |\n"
        "| Redis | cache | no | reads are slower |\n"
        "| Payment provider | HTTP API | yes | orders stay pending |\n"
        "| Kafka (rejected) | events | no | |\n"
        "| Vault | secrets | yes | no start |\n"
    ) == [
        ("postgresql", "PostgreSQL", True, "every request answers 503"),
        ("redis", "Redis", False, "reads are slower"),
        ("http", "Payment provider", True, "orders stay pending"),
    ]


def test_a_table_of_failures_says_what_users_see() -> None:
    assert short(
        "# Orders\n\n## Failure Modes\n\n| failure | how the service behaves |\n|---|---|\n"
        "| PostgreSQL primary down | 503 |\n| a release is bad | PostgreSQL is fine |\n"
    ) == [("postgresql", "PostgreSQL primary", None, "503")]


def test_a_row_about_something_else_names_none() -> None:
    assert short(
        "# Orders\n\n## Components\n\n| component | technology | purpose |\n|---|---|---|\n"
        "| orders-db | PostgreSQL 17 | orders |\n| readiness | Python | asks Redis |\n"
    ) == [("postgresql", "orders-db", None, None)]


def test_a_list_below_a_fitting_heading_names_them() -> None:
    assert short(
        "# Discovery\n\n## Technical Landscape\n\n### Current State\n\n"
        "- PostgreSQL 15 with Prisma ORM\n- Redis for sessions (optional)\n"
        "- HashiCorp Vault for secrets (migrating from K8s secrets)\n"
    ) == [("postgresql", "postgresql", None, None), ("redis", "redis", False, None)]


def test_an_item_may_say_it_all_too() -> None:
    assert short(
        "# Orders\n\n## Dependencies\n\n"
        "- PostgreSQL (critical): holds the orders; when it is down every request answers 503.\n"
        "- Payment provider (HTTP): charges cards, if unavailable orders stay pending\n"
        "- Sentry: reports errors\n"
        "- Token endpoint: `https://example.org/token`\n"
    ) == [
        ("postgresql", "postgresql", True, "every request answers 503"),
        ("http", "Payment provider", None, "orders stay pending"),
    ]


def test_a_sentence_may_say_what_users_see() -> None:
    assert short("# Orders\n\nIf Redis is down, reads fall through to PostgreSQL.\n") == [
        ("redis", "redis", None, "reads fall through to PostgreSQL")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We decided against Redis.",
        "The service is migrating from MySQL.",
        "We use files instead of MongoDB.",
        "Redis was considered and rejected.",
        "A word on PostgreSQL: it is a fine database.",
        "We might use Kafka later.",
        "Metadata is stored in PostgreSQL or SQLite.",
        "To use PostgreSQL, set its address.",
    ],
)
def test_what_is_not_used_is_no_dependency(text: str) -> None:
    assert short(f"# Orders\n\n## Architecture\n\n{text}\n") == []


@pytest.mark.parametrize(
    "heading", ["Alternatives", "Options considered", "Future work", "Running tests"]
)
def test_below_other_headings_nothing_is(heading: str) -> None:
    assert short(f"# Orders\n\n## {heading}\n\nData is stored in MongoDB.\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "# Use Redis\n\n## Status\n\nRejected\n\n## Decision\n\nWe use Redis.\n",
        "# Use Redis\n\n* Status: superseded by ADR-7\n\nWe use Redis.\n",
        "---\nstatus: proposed\n---\n# Use Redis\n\nWe use Redis.\n",
    ],
)
def test_a_decision_that_does_not_stand_says_nothing(text: str) -> None:
    assert short(text, "docs/adr/0003-redis.md") == []
    assert short(
        "# Use Redis\n\n## Status\n\nAccepted\n\nWe use Redis.\n", "docs/adr/0003-redis.md"
    )


def test_a_manual_speaks_of_everything_and_is_not_asked() -> None:
    text = "# Storage\n\nThe storage backend uses PostgreSQL.\n"
    assert short(text, "docs/configuration/storage.md") == []
    assert short(text, "README.md") == [("postgresql", "postgresql", None, None)]
