"""Which paths a route serves."""

import pytest

from opsready.documents.route_path import route_pattern


@pytest.mark.parametrize(
    ("route", "path", "served"),
    [
        ("/orders", "/orders", True),
        ("/orders", "/orders/", True),
        ("/orders/", "/orders", True),
        ("/orders", "/orders/7", False),
        ("/orders/{order_id}", "/orders/7", True),
        ("/orders/{order_id}", "/orders/7/items", False),
        ("/files/{name:path}", "/files/a/b.txt", True),
        ("/v1.0/x", "/v1a0/x", False),
    ],
)
def test_a_path_is_served_by_a_route(route: str, path: str, served: bool) -> None:
    assert bool(route_pattern(route).fullmatch(path)) is served
