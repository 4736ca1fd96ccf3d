"""Every statement of Prometheus's own conformance scripts, which lie beside the project.

Where PROMETHEUS_SOURCE names an unpacked source of Prometheus, every script of that source too.
"""

import os
import re
from pathlib import Path

import pytest

from opsready.promql import parse, print_expr
from opsready.promql.script.run import run_script
from opsready.promql.semantics import SEMANTICS

SCRIPTS = Path(__file__).parents[2].parent / "shared" / "conformance" / "promql"
HISTOGRAMS = "this selects native histograms, which are not evaluated here"
# Statements that are refused, by script and line. One that passes must leave this list.
REFUSED = {
    "v3.0/aggregators.test": dict.fromkeys((584, 587, 590, 594, 605, 608, 611, 615), HISTOGRAMS),
}
SOURCE = os.environ.get("PROMETHEUS_SOURCE")
# What a statement of a whole source may be refused for.
REASONS = re.compile(
    r".*(native histograms|histogram operator|experimental).*not (evaluated|read) here"
)
# Scripts of feature flags that are off by default: how many of their statements fail without.
FLAGGED = {"name_label_dropping.test": 5, "type_and_unit.test": 15}
# `eval instant at 5m EXPR`, `eval range from 0 to 1m step 30s EXPR`, `eval_fail`, `eval_ordered`.
STATEMENT = re.compile(
    r"eval(?P<expects>_\w+)?\s+(?:instant\s+at\s+\S+|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)"
    r"\s+(?P<expr>.+)"
)


def expressions(script: Path) -> list[tuple[int, str]]:
    """Line and text of each expression that Prometheus evaluates without an error."""
    lines = script.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.lstrip().startswith("eval"):
            continue
        statement = STATEMENT.fullmatch(line.strip())
        assert statement, f"{script}:{number} is no statement that this test understands"
        following = lines[number].split() if number < len(lines) else []
        if statement["expects"] != "_fail" and following[:2] != ["expect", "fail"]:
            found.append((number, statement["expr"]))
    return found


def test_the_scripts_are_there() -> None:
    assert SCRIPTS.is_dir(), f"{SCRIPTS} is missing: the conformance scripts belong there"
    counts = {folder: len(list((SCRIPTS / folder).glob("*.test"))) for folder in ("v2.42", "v3.0")}
    assert counts == {"v2.42": 7, "v3.0": 8}


def id_of(script: Path) -> str:
    return f"{script.parent.name}/{script.name}"


every_script = pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*/*.test")), ids=id_of)


def statements_of(script: Path) -> int:
    return len(re.findall(r"^\s*eval", script.read_text(encoding="utf-8"), re.MULTILINE))


@every_script
def test_every_statement_of_a_script_passes_under_its_semantics(script: Path) -> None:
    semantics = SEMANTICS[script.parent.name.removeprefix("v")]
    report = run_script(script.read_text(encoding="utf-8"), semantics)
    refused = {noted.line: noted.why for noted in report.refused}
    assert (report.failed, refused) == ([], REFUSED.get(id_of(script), {}))
    assert report.passed + len(refused) == statements_of(script)


if SOURCE:

    @pytest.mark.parametrize("script", sorted(Path(SOURCE).glob("promql/**/*.test")), ids=id_of)
    def test_what_a_whole_source_states_passes_or_is_refused_for_a_reason(script: Path) -> None:
        version = (Path(SOURCE) / "VERSION").read_text().split(".")
        number = tuple(map(int, version[:2]))
        semantics = [
            each
            for each in SEMANTICS.values()
            if tuple(map(int, each.version.split("."))) <= number
        ][-1]
        report = run_script(script.read_text(encoding="utf-8"), semantics)
        assert len(report.failed) == FLAGGED.get(script.name, 0), report.failed
        odd = [noted for noted in report.refused if not REASONS.fullmatch(noted.why)]
        assert odd == []
        assert report.passed + len(report.failed) + len(report.refused) == statements_of(script)


@every_script
def test_every_expression_of_a_script_parses_and_prints(script: Path) -> None:
    found = expressions(script)
    assert found
    for number, text in found:
        expr = parse(text)
        assert parse(print_expr(expr)) == expr, f"{script.name}:{number}"
