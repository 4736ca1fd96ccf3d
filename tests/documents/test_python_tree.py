"""What files are for, and what an import calls them."""

import pytest

from opsready.documents.python_tree import PythonTree, Role
from tests.documents.python_sources import code_of


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("shop/main.py", Role.APPLICATION),
        ("gunicorn.conf.py", Role.APPLICATION),
        ("shop/latest.py", Role.APPLICATION),
        ("shop/contest/views.py", Role.APPLICATION),
        ("tests/helpers.py", Role.TEST),
        ("shop/orders/tests.py", Role.TEST),
        ("shop/test_orders.py", Role.TEST),
        ("shop/orders_test.py", Role.TEST),
        ("shop/core/testing.py", Role.TEST),
        ("shop/pytest_plugin.py", Role.TEST),
        ("conftest.py", Role.TEST),
        ("locustfile.py", Role.TEST),
        ("migrations/versions/0001_a.py", Role.MIGRATION),
        ("shop/migrations/0001_initial.py", Role.MIGRATION),
        ("setup.py", Role.PACKAGING),
        ("docs/conf.py", Role.EXAMPLE),
        ("example_configs/a.py", Role.EXAMPLE),
        ("scripts/release.py", Role.TOOLING),
        ("shop/scripts/worker.py", Role.APPLICATION),
    ],
)
def test_a_file_is_for_what_its_place_says(path: str, role: Role) -> None:
    assert PythonTree.role(path) is role


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("shop/api/main.py", "shop.api.main"),
        ("shop/__init__.py", "shop"),
        ("src/shop/api/main.py", "shop.api.main"),
        ("services/one/shop/api/main.py", "shop.api.main"),
        ("main.py", "main"),
        ("src/main.py", "main"),
        ("plain/main.py", "plain.main"),
    ],
)
def test_an_import_leaves_out_the_folders_above_the_package(path: str, name: str) -> None:
    packages = ("shop", "src/shop", "services/one/shop")
    files = {f"{folder}/__init__.py": "" for p in packages for folder in (p, f"{p}/api")}
    assert code_of({**files, path: ""}).import_name(path) == name
