"""An architecture in, the parts of the service out."""

import pytest

from opsready.facts.readers import components
from tests.build import make_bundle


def said(text: str) -> list[tuple[object, object, int]]:
    bundle = make_bundle({"docs/architecture.md": f"# Orders\n\n{text}\n"})
    return [(f["name"], f["description"], f.line) for f in components.read(bundle)]


def test_a_row_is_a_component_unless_it_is_a_store() -> None:
    assert said(
        "## Components\n\n| component | technology | role |\n|---|---|---|\n"
        "| `orders` | FastAPI | takes orders |\n| PostgreSQL primary | PostgreSQL | store |"
    ) == [("orders", "takes orders", 7)]


def test_an_item_is_a_component_with_what_it_does() -> None:
    assert said("## Components\n\n- **API**: takes orders\n- **Worker** — sends mail\n- fast") == [
        ("API", "takes orders", 5),
        ("Worker", "sends mail", 6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## Goals\n\n- Speed: as fast as we can",
        "## Rejected\n\n### Components\n\n- Queue: for orders",
        "## Components\n\n- Redis: the cache\n- `app.py`: the application",
    ],
)
def test_other_items_are_none(text: str) -> None:
    assert said(text) == []
