"""The alerts that a tree has already."""

from opsready.facts.readers.alerts import read
from tests.build import make_bundle

RULES = """\
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up == 0
      - record: shop:up
        expr: sum(up)
"""


def test_each_alert_is_a_fact_with_its_line() -> None:
    [fact] = read(make_bundle({"ops/shop.rules.yml": RULES}))
    assert (fact.value, fact.path, fact.line) == ({"name": "ShopDown"}, "ops/shop.rules.yml", 4)
