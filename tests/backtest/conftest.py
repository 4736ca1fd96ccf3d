"""The tree that a backtest is tried on."""

from pathlib import Path

import pytest

from tests.backtest.nouns import INCIDENTS, RULES, history, written


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {"rules.yml": RULES, "history.om": history(), "incidents.yaml": INCIDENTS}
    written(tmp_path, files)
    return tmp_path
