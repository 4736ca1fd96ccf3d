"""The page on other linters names checks that there are, and all of the peers' rules."""

import re
from pathlib import Path

from opsready.review.catalog import CHECKS

PAGE = (Path(__file__).parent.parent / "docs" / "peers.md").read_text(encoding="utf-8")
PINT_OFFLINE = 19
DASHBOARD_LINTER = 17


def rows(section: str) -> list[str]:
    """The first cells of a table, header left out."""
    table = PAGE.partition(f"## {section}")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    return [name for cell in cells[1:] for name in cell.split(", ")]


def test_every_check_that_it_names_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE)) - {"dashboard-linter"}
    assert named <= {check.id for check in CHECKS}


def test_every_rule_of_the_peers_is_listed() -> None:
    assert len(set(rows("pint, offline"))) == PINT_OFFLINE
    assert len(set(rows("dashboard-linter"))) == DASHBOARD_LINTER
