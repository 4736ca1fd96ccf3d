"""Files in, who answers for the service and who is woken out."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers import ownership
from tests.build import make_bundle


def said(files: dict[str, str]) -> list[tuple[str, object, int]]:
    return [
        (fact.claim, fact["name"] or fact["provider"], fact.line)
        for fact in ownership.read(make_bundle(files))
    ]


@pytest.mark.parametrize(
    ("path", "text", "owner", "line"),
    [
        ("CODEOWNERS", "# all\n* @shop/orders @bob\n/docs @eve\n", "@shop/orders", 2),
        (".github/CODEOWNERS", "* @shop/orders\n", "@shop/orders", 1),
        (
            "catalog-info.yaml",
            "kind: Component\nspec:\n  owner: group:team-orders\n",
            "team-orders",
            3,
        ),
        ("README.md", "# Orders\n\n**Owner**: Team Orders\n", "Team Orders", 3),
        ("README.md", "# Orders\n\n- Owner: Team Orders (six), `orders`\n", "Team Orders", 3),
        ("README.md", "# Orders\n\n- Owned by the orders team.\n", "the orders team", 3),
        ("README.md", "# Orders\n\n| | |\n|-|-|\n| Owner | Team Orders |\n", "Team Orders", 5),
    ],
)
def test_an_owner_is_named_in_many_places(path: str, text: str, owner: str, line: int) -> None:
    assert said({path: text}) == [(Claim.OWNER, owner, line)]


@pytest.mark.parametrize(
    "text",
    [
        "Owner: TBD",
        "The owner of an order may cancel it.",
        "Teamwork: we like it.",
        "Each order has an owner: a customer.",
    ],
)
def test_other_owners_are_none(text: str) -> None:
    assert said({"README.md": f"# Orders\n\n{text}\n"}) == []


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("Alerts fire when error rate exceeds 1%, with PagerDuty routing.", "pagerduty"),
        ("The on-call rotation lives in Opsgenie.", "opsgenie"),
        ("Pages go out through Grafana OnCall.", "grafana-oncall"),
    ],
)
def test_the_provider_that_pages_is_named(text: str, provider: str) -> None:
    assert said({"docs/slo.md": f"# Orders\n\n{text}\n"}) == [(Claim.PAGING, provider, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "We do not page through PagerDuty.",
        "Alerts go to PagerDuty or Opsgenie.",
        "PagerDuty is a company.",
        "Alerts could be routed to PagerDuty.",
    ],
)
def test_a_provider_that_is_denied_or_left_open_is_none(text: str) -> None:
    assert said({"docs/slo.md": f"# Orders\n\n{text}\n"}) == []


def test_the_settings_of_an_intent_name_it_too() -> None:
    settings = "stack:\n  alerting:\n    - provider: pagerduty\n    - provider: none\n"
    assert said({".haiku/settings.yml": settings}) == [(Claim.PAGING, "pagerduty", 3)]
