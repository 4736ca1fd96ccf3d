"""Rule tests here and in promtool: the same verdict, the same alerts at every minute.

Not run where promtool is missing or of another version: Debian's package `prometheus` has 2.42.
"""

import random
from pathlib import Path
from typing import Any

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
    exprs = {
        (m.name, at(m)): go_samples(m.got)
        for m in mismatches
        if m.about == "expr" and (m.got or not m.why)
    }
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


def burn_rules() -> dict[str, Any]:
    """The seven ratios of an SLO and its two alerts. Sums of two do not hang on their order."""
    recordings = [
        {
            "record": f"slo:ratio_rate{window}",
            "expr": f"sum(rate(bad_total[{window}])) / sum(rate(all_total[{window}]))",
        }
        for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    ]
    pairs = {
        "Page": ((14.4, "5m", "1h"), (6, "30m", "6h")),
        "Ticket": ((3, "2h", "1d"), (1, "6h", "3d")),
    }
    alerts = [
        {
            "alert": name,
            "expr": " or ".join(
                f"(slo:ratio_rate{short} > {factor} * 0.001"
                f" and slo:ratio_rate{long} > {factor} * 0.001)"
                for factor, short, long in ways
            ),
            "for": "2m",
        }
        for name, ways in pairs.items()
    ]
    return {"groups": [{"name": "slo", "rules": [*recordings, *alerts]}]}


def burn_tests(days: int) -> dict[str, Any]:
    """Counters with gaps, restarts and marks of staleness, and troubles of several sizes."""
    rng = random.Random(days)
    minutes = days * 1440
    lines: dict[str, list[str]] = {}
    for instance in ("a", "b"):
        bad = total = 0
        trouble = {rng.randrange(minutes): rng.choice([3, 12, 60]) for _ in range(6 * days)}
        left, errors = 0, 0
        for minute in range(minutes + 1):
            if minute in trouble:
                left, errors = rng.randint(5, 180), trouble[minute]
            left -= 1
            total += rng.randint(100, 140)
            bad += errors if left > 0 else rng.random() < 0.05
            if rng.random() < 0.002:
                bad = total = 0
            draw = rng.random()
            odd = "_" if draw < 0.01 else "stale" if draw < 0.012 else ""
            lines.setdefault(f'bad_total{{instance="{instance}"}}', []).append(odd or str(bad))
            lines.setdefault(f'all_total{{instance="{instance}"}}', []).append(odd or str(total))
    asked = [
        {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": []}
        for minute in range(minutes + 1)
        for name in ("Page", "Ticket")
    ]
    series = [{"series": name, "values": " ".join(values)} for name, values in lines.items()]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": asked}
    return {"rule_files": ["rules.yml"], "tests": [test]}


@needs_promtool
@pytest.mark.timeout(900)  # promtool takes 3 s for a day, and many times that on a busy machine
@pytest.mark.parametrize("days", [1, 3])
def test_an_slo_fires_at_the_same_minutes_for_days(days: int, tmp_path: Path) -> None:
    alerts, _ = assert_same(tmp_path, written(burn_rules()), written(burn_tests(days)))
    assert alerts > 100 * days
