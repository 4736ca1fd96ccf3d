"""The house rules of docs and conventions that a machine can hold: sizes, names, catalogues."""

import ast
import importlib
import os
import pkgutil
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import opsready
from opsready.facts.catalog import READERS
from opsready.review.catalog import CHECKS, LINTERS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "opsready"
MODULES = sorted(SOURCE.rglob("*.py"))
UNITS = (
    "review/checks/",
    "review/linters/",
    "facts/readers/",
    "rehearsal/probes/",
    "verdict/criteria/",
)
BANNED = {"utils", "util", "common", "helpers", "helper", "manager", "base", "handler", "misc"}
LINES_OF_A_UNIT = 190
LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60
LINES_OF_THE_MEDIAN_FUNCTION = 12


def inside(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, int]]:
    """Name and length of every function of the source."""
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{inside(path)}:{node.lineno} {node.name}", length


def units_below(package: str) -> set[str]:
    """Dotted names of the modules in a folder of units, packages themselves aside."""
    try:
        root = importlib.import_module(package)
    except ModuleNotFoundError:
        return set()
    found = pkgutil.walk_packages(root.__path__, package + ".")
    return {module.name for module in found if not module.ispkg}


def catalogue_of(module: str, name: str) -> tuple[object, ...]:
    try:
        return tuple(getattr(importlib.import_module(module), name))
    except ModuleNotFoundError:
        return ()


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_a_file_is_of_a_size_that_can_be_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    a_unit = inside(path).startswith(UNITS)
    assert lines <= (LINES_OF_A_UNIT if a_unit else LINES_OF_A_FILE)


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert path.name == "__init__.py" or ast.get_docstring(tree_of(path)), "no docstring"


def test_no_function_is_long_and_most_are_short() -> None:
    lengths = list(functions())
    assert [who for who, length in lengths if length > LINES_OF_A_FUNCTION] == []
    assert statistics.median(length for _, length in lengths) <= LINES_OF_THE_MEDIAN_FUNCTION


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    parts = {inside(path): {part.removesuffix(".py") for part in path.parts} for path in MODULES}
    assert [path for path, names in parts.items() if names & BANNED] == []


def test_no_module_hides_one_of_the_standard_library() -> None:
    found = {path.stem for path in MODULES if path.stem != "__init__"}
    assert found & sys.stdlib_module_names - {"__main__"} <= {"__future__"}


def test_every_check_is_in_the_catalogue() -> None:
    assert {c.find.__module__ for c in CHECKS} == units_below("opsready.review.checks")


def test_every_linter_is_in_the_catalogue() -> None:
    assert {one.lint.__module__ for one in LINTERS} == units_below("opsready.review.linters")


def test_every_reader_is_in_the_catalogue() -> None:
    assert {r.read.__module__ for r in READERS} == units_below("opsready.facts.readers")


def test_every_probe_is_in_the_catalogue() -> None:
    probes = catalogue_of("opsready.rehearsal.catalog", "PROBES")
    assert {p.run.__module__ for p in probes} == units_below("opsready.rehearsal.probes")  # type: ignore[attr-defined]


def test_every_criterion_is_in_the_catalogue() -> None:
    criteria = catalogue_of("opsready.verdict.catalog", "CRITERIA")
    assert {c.judge.__module__ for c in criteria} == units_below("opsready.verdict.criteria")  # type: ignore[attr-defined]


def prose() -> list[Path]:
    pages = [ROOT / "README.md", ROOT / "AGENTS.md", ROOT / "CONTRIBUTING.md"]
    return [page for page in [*pages, *sorted((ROOT / "docs").rglob("*.md"))] if page.is_file()]


@pytest.mark.parametrize("page", prose(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_the_docs_name_exists(page: Path) -> None:
    """A path of ours starts with one of our folders and stands between backticks."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|docs|examples|bench)/[\w./-]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_version_is_the_same_wherever_it_is_said() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == opsready.__version__


@pytest.mark.xdist_group("house")
def test_what_must_not_run_side_by_side_is_kept_together(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@house"), "xdist does not see groups any more"
