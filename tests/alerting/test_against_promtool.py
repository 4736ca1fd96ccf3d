"""Rule tests here and in promtool: the same verdict, the same alerts and values at every minute.

Not run where promtool is missing or of another version: Debian's package `prometheus` has 2.42.
"""

from pathlib import Path

import pytest

from tests.alerting.answers import of_ours, of_promtool
from tests.alerting.burning import burn_rules, burn_tests
from tests.alerting.promtool import KNOWN, version
from tests.alerting.random_rules import oddly_timed_set, rule_set, written

needs_promtool = pytest.mark.skipif(version() != KNOWN, reason=f"needs promtool {KNOWN}")


def assert_same(folder: Path, rules: str, tests: str) -> tuple[int, int]:
    """Returns how many questions promtool answered otherwise than with nothing."""
    (folder / "rules.yml").write_text(rules)
    (folder / "tests.yml").write_text(tests)
    theirs, mine = of_promtool(folder / "tests.yml"), of_ours(folder / "tests.yml")
    assert mine.passed == theirs.passed
    assert mine.alerts == theirs.alerts
    assert mine.exprs == theirs.exprs
    return len(theirs.alerts), len(theirs.exprs)


@needs_promtool
@pytest.mark.parametrize("seed", range(10))
def test_random_rules_fire_at_the_same_minutes_with_the_same_texts(
    seed: int, tmp_path: Path
) -> None:
    rules, tests = rule_set(seed, minutes=75)
    alerts, exprs = assert_same(tmp_path, written(rules), written(tests))
    assert alerts > 50
    assert exprs > 75  # what the rules record is asked for at every minute


@needs_promtool
@pytest.mark.parametrize("seed", range(8))
def test_times_that_do_not_fit_each_other_are_taken_as_promtool_does(
    seed: int, tmp_path: Path
) -> None:
    rules, tests = oddly_timed_set(seed, minutes=40)
    assert_same(tmp_path, written(rules), written(tests))


@needs_promtool
@pytest.mark.timeout(900)  # promtool takes 3 s for a day, and many times that on a busy machine
@pytest.mark.parametrize("days", [1, 3])
def test_an_slo_fires_at_the_same_minutes_for_days(days: int, tmp_path: Path) -> None:
    alerts, exprs = assert_same(tmp_path, written(burn_rules()), written(burn_tests(days)))
    assert alerts > 100 * days
    assert exprs == 1440 * days  # every minute but the first, at which no rate is known yet
