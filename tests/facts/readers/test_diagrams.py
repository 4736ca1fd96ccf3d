"""A drawn architecture in, components and dependencies out."""

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers import diagrams
from tests.build import make_bundle

PAGE = """\
# Orders

## Architecture

```mermaid
graph LR
    user[Customer] --> api[Orders API]
    api --> db[(PostgreSQL)]
    api -->|HTTPS| pay[Payment provider, Team Billing]
    api -. cache .-> r[(Redis)]
    worker[Worker] --> db
    prom[Prometheus] --> api
```

## Alternatives

```mermaid
graph LR
    api --> mongo[(MongoDB)]
```
"""


def test_a_chart_draws_components_and_what_they_need() -> None:
    facts = list(diagrams.read(make_bundle({"docs/architecture.md": PAGE})))
    assert [(f.claim, f.line, f.value, f.confidence) for f in facts] == [
        (
            Claim.COMPONENT,
            7,
            {
                "name": "Orders API",
                "calls": ["PostgreSQL", "Payment provider, Team Billing", "Redis"],
            },
            Confidence.STATED,
        ),
        (
            Claim.DEPENDENCY,
            8,
            {"kind": "postgresql", "name": "PostgreSQL", "client": None},
            Confidence.STATED,
        ),
        (
            Claim.DEPENDENCY,
            9,
            {"kind": "http", "name": "Payment provider", "client": None},
            Confidence.DERIVED,
        ),
        (
            Claim.DEPENDENCY,
            10,
            {"kind": "redis", "name": "Redis", "client": None},
            Confidence.STATED,
        ),
        (Claim.COMPONENT, 11, {"name": "Worker", "calls": ["PostgreSQL"]}, Confidence.STATED),
    ]
    assert facts[1].quote == "api --> db[(PostgreSQL)]"


def test_a_store_that_the_chart_calls_rejected_is_none() -> None:
    page = "# A\n```mermaid\ngraph LR\n a[API] --> b[(Redis: rejected)]\n```\n"
    facts = diagrams.read(make_bundle({"docs/architecture.md": page}))
    assert [fact.claim for fact in facts if fact.claim is Claim.DEPENDENCY] == []
