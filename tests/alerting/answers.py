"""What is got of the questions of a rule test file, here and from promtool, in the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from opsready.alerting.cases import Seen
from opsready.alerting.unit_tests import Mismatch, UnitTestResult, in_test_order, run_test
from opsready.documents.rule_groups import read_rule_groups
from opsready.documents.rule_tests import RuleTests
from opsready.promql.labels import labels_of
from opsready.promql.literals import format_duration, quote
from opsready.promql.semantics import SEMANTICS
from tests.alerting.promtool import KNOWN, alerts_at, exprs_at, said_of

Asked = tuple[str, str]
"""An alert or an expression, and the time of the question."""


@dataclass(frozen=True)
class Answers:
    """Whether the file passes, and what was got where it expects something else."""

    passed: bool
    alerts: Mapping[Asked, str]
    exprs: Mapping[Asked, str]


def of_promtool(tests: Path) -> Answers:
    passed, said = said_of(tests)
    return Answers(passed, alerts_at(said), exprs_at(said))


def of_ours(tests: Path) -> Answers:
    """Under the semantics of the promtool that is known."""
    mismatches = [mismatch for result in _results(tests) for mismatch in result.mismatches]
    return Answers(
        not mismatches,
        {_asked(m): " ".join(_alerts(m.got).split()) for m in mismatches if m.about == "alert"},
        {
            _asked(m): _samples(m.got)
            for m in mismatches
            if m.about == "expr" and (m.got or not m.why)
        },
    )


def _results(tests: Path) -> list[UnitTestResult]:
    semantics = SEMANTICS[KNOWN]
    file = RuleTests.parse(str(tests), tests.read_text())
    groups = []
    for name in file.rule_files:
        path = tests.parent / name
        read, faults = read_rule_groups(str(path), path.read_text(), semantics)
        assert faults == []
        groups += read
    ordered = in_test_order(file, groups)
    return [run_test(test, file, ordered, semantics) for test in file.tests]


def _asked(mismatch: Mismatch) -> Asked:
    return mismatch.name, format_duration(mismatch.at_ms) if mismatch.at_ms else "0s"


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in sorted(labels.items())) + "}"


def _alerts(got: tuple[Seen, ...]) -> str:
    shown = [
        f"{place}: Labels:{_labels(one.labels)} Annotations:{_labels(one.annotations or {})}"
        for place, one in enumerate(got)
    ]
    return "[ " + ", ".join(shown) + " ]" if shown else "[]"


def _samples(got: tuple[Seen, ...]) -> str:
    return ", ".join(f"{_labels(dict(labels_of(one.labels)))} {one.value:.17E}" for one in got)
