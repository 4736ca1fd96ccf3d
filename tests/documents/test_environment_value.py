"""Hosts and accounts of one environment."""

import pytest

from opsready.documents.environment_value import environment_values, names_environment


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("orders-db.prod.shop.internal", "the host orders-db.prod.shop.internal"),
        ("https://staging.example.com/x", "the host staging.example.com"),
        ("user@prod-1.shop.example.com", "the host prod-1.shop.example.com"),
        ("arn:aws:ecs:eu-west-1:123456789012:cluster/a", "the account 123456789012"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a", "the account 123456789012"),
    ],
)
def test_values_that_belong_to_one_environment(text: str, what: str) -> None:
    assert [value.what for value in environment_values(f"a = {text}\n")] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "shop.settings.production",
        "docker-compose.prod.yml",
        "config/prod.example.com/x.yml",
        "product.example.com",
        "www.example.com",
        "production",
        "acme-staging-v02.api.letsencrypt.org",
        "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::000000000000:role/x",
        "self.prod.deploy()",
        "${local.prod.host}",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert list(environment_values(f"a = {text}\n")) == []


def test_each_is_found_where_it_stands() -> None:
    text = "a\nb: db.prod.shop.io\nc: api.uat.shop.io\n"
    lines = [text.count("\n", 0, value.start) + 1 for value in environment_values(text)]
    assert lines == [2, 3]


@pytest.mark.parametrize(
    ("word", "is_one"), [("Production", True), ("live", True), ("test", False)]
)
def test_names_of_environments(word: str, is_one: bool) -> None:
    assert names_environment(word) is is_one
