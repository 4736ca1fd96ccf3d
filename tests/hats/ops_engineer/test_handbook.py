"""The page that says how a service is deployed."""

from opsready.facts.fact import Facts
from opsready.hats.ops_engineer.handbook import produce
from opsready.review.checks.deploy.manual_deploy_step import CHECK
from tests.build import make_case, make_spec
from tests.hats.ops_engineer.test_pipeline import SHOP


def page(**changes: object) -> str:
    [artifact] = produce(make_spec(**{**SHOP, **changes}), Facts(()))
    return artifact.text


def test_it_names_the_places_in_their_order_and_who_is_asked() -> None:
    text = page()
    assert "and brought to staging and production, in this order." in text
    assert "For production name the reviewers whose approval a run needs." in text


def test_it_has_no_placeholder_left() -> None:
    assert "@" not in page()


def test_it_says_nothing_of_migrations_where_there_are_none() -> None:
    assert "`migrate`" in page()
    assert "`migrate`" not in page(migrations={})


def test_no_step_of_it_is_a_deploy_by_hand() -> None:
    """What is typed makes what a pipeline stands on, once, and brings no release to anybody."""
    files = {"deploy/README.md": page(), "deploy/terraform/service/main.tf": 'output "a" {}\n'}
    assert list(CHECK.find(make_case(files))) == []


def test_another_target_has_another_page() -> None:
    assert list(produce(make_spec(**{**SHOP, "target": {"kind": "host"}}), Facts(()))) == []
