"""Rule tests here and in promtool: the same verdict, the same alerts at every minute.

Not run where promtool is missing or of another version: Debian's package `prometheus` has 2.42.
"""

from pathlib import Path

import pytest

from opsready.alerting.cases import Seen
from opsready.alerting.unit_tests import Mismatch, UnitTestResult, in_test_order, run_test
from opsready.documents.rule_groups import read_rule_groups
from opsready.documents.rule_test_file import read_test_file
from opsready.promql.labels import labels_of
from opsready.promql.literals import format_duration, quote
from opsready.promql.semantics import SEMANTICS
from tests.alerting.promtool import KNOWN, alerts_at, exprs_at, said_of, version
from tests.alerting.random_rules import rule_set, written

needs_promtool = pytest.mark.skipif(version() != KNOWN, reason=f"needs promtool {KNOWN}")


def ours(tests: Path) -> list[UnitTestResult]:
    """What we say of a test file, under the semantics of the promtool that is known."""
    semantics = SEMANTICS[KNOWN]
    file = read_test_file(str(tests), tests.read_text())
    groups = []
    for name in file.rule_files:
        path = tests.parent / name
        read, faults = read_rule_groups(str(path), path.read_text(), semantics)
        assert faults == []
        groups += read
    ordered = in_test_order(file, groups)
    return [run_test(test, file, ordered, semantics) for test in file.tests]


def go_labels(labels: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in sorted(labels.items())) + "}"


def go_alerts(got: tuple[Seen, ...]) -> str:
    """A list of alerts as promtool prints it, its blanks squeezed."""
    shown = [
        f"{place}: Labels:{go_labels(one.labels)} Annotations:{go_labels(one.annotations or {})}"
        for place, one in enumerate(got)
    ]
    return "[ " + ", ".join(shown) + " ]" if shown else "[]"


def squeezed(text: str) -> str:
    return " ".join(text.split())


def go_samples(got: tuple[Seen, ...]) -> str:
    return ", ".join(f"{go_labels(dict(labels_of(one.labels)))} {one.value:.17E}" for one in got)


def at(mismatch: Mismatch) -> str:
    return format_duration(mismatch.at_ms) if mismatch.at_ms else "0s"


def assert_same(folder: Path, rules: str, tests: str) -> tuple[int, int]:
    """Returns how many questions promtool answered otherwise than with nothing."""
    (folder / "rules.yml").write_text(rules)
    (folder / "tests.yml").write_text(tests)
    passed, said = said_of(folder / "tests.yml")
    results = ours(folder / "tests.yml")
    mismatches = [mismatch for result in results for mismatch in result.mismatches]
    assert passed is not bool(mismatches), said[:2000]
    alerts = {(m.name, at(m)): squeezed(go_alerts(m.got)) for m in mismatches if m.about == "alert"}
    assert alerts == alerts_at(said)
    exprs = {(m.name, at(m)): go_samples(m.got) for m in mismatches if m.about == "expr"}
    assert exprs == exprs_at(said)
    return len(alerts), len(exprs)


@needs_promtool
@pytest.mark.parametrize("seed", range(10))
def test_random_rules_fire_at_the_same_minutes_with_the_same_texts(
    seed: int, tmp_path: Path
) -> None:
    rules, tests = rule_set(seed, minutes=75)
    alerts, exprs = assert_same(tmp_path, written(rules), written(tests))
    assert alerts > 50
    assert exprs > 10
