"""The unit tests of the rules pass, evaluated as Prometheus evaluates them."""

import posixpath
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from opsready.documents.document import NotEvaluated, Unparsable
from opsready.promql.literals import format_duration
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, Rung, broke, held, not_run
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

if TYPE_CHECKING:  # what evaluates imports NumPy; to name the probe needs none
    from opsready.documents.rule_suite import RuleSuite

_FOLDER = "rule-tests"
_NAMED_AT_MOST = 5
_PROMTOOL_S = 60


def run(rehearsal: Rehearsal) -> Outcome:
    """Runs every test file of the tree, and of what the hats write; promtool's verdict is noted
    beside where it is installed."""
    from opsready.alerting.coverage import coverage_of

    bundle = rehearsal.pack.bundle
    sources = bundle.of_kind(Kind.RULE_TESTS)
    if not sources:
        return not_run("; ".join(_nothing_to_try(rehearsal)))
    faults: list[str] = []
    refused: list[str] = []
    suites: list[RuleSuite] = []
    evidence: dict[str, Any] = {}
    for source in sources:
        rehearsal.stage.say(f"evaluating {source.path}")
        try:
            suite = _suite(source, bundle)
        except Unparsable as error:
            faults.append(str(error))
            continue
        suites.append(suite)
        evidence[source.path] = _run(suite, faults, refused)
    coverage = coverage_of((suite.file, suite.groups) for suite in suites)
    evidence["rules"] = len(coverage.rules)
    evidence["untested"] = sorted(rule.name for rule in coverage.untested)
    evidence["semantics"] = suites[0].semantics.version if suites else ""
    evidence["promtool"] = _asked_of_promtool(suites, rehearsal)
    if faults:
        return broke(_shown(faults), evidence)
    if refused:
        return not_run(_shown(refused), evidence)
    if not any(suite.file.tests for suite in suites):
        return not_run("the files of rule tests hold no test", evidence)
    return held(evidence)


def _nothing_to_try(rehearsal: Rehearsal) -> Iterator[str]:
    yield "there is no unit test of alert rules, in the tree or among what the hats write"
    yield from rehearsal.pack.why_not_written("objectives and alerts")


def _suite(source: Source, bundle: Bundle) -> "RuleSuite":
    from opsready.documents.rule_suite import read_rule_suite

    folder = posixpath.dirname(source.path)

    def find(pattern: str) -> Iterator[tuple[str, str]]:
        wanted = posixpath.normpath(posixpath.join(folder, pattern)).split("/")
        for other in bundle.sources:
            steps = other.path.split("/")
            if len(steps) == len(wanted) and all(map(fnmatchcase, steps, wanted)):
                yield other.path, other.text

    return read_rule_suite(source.path, source.text, find)


def _run(suite: "RuleSuite", faults: list[str], refused: list[str]) -> dict[str, Any]:
    """What came of one file; what is against the claim, and what leaves it open, is added."""
    for fault in suite.faults:
        first = f"{fault.path}:{fault.line}: {fault.why.splitlines()[0]}"
        (refused if isinstance(fault, NotEvaluated) else faults).append(first)
    faults += [f"{suite.file.path}: no rule file matches `{each}`" for each in suite.unmatched]
    results = suite.run()
    for result in results:
        for mismatch in result.mismatches:
            at = "" if mismatch.at_ms is None else f" at {format_duration(mismatch.at_ms) or '0s'}"
            what = f"{mismatch.name}{at}" if mismatch.about != "test" else "cannot be run"
            why = f": {mismatch.why.splitlines()[0]}" if mismatch.why else ""
            told = f"{suite.file.path}:{mismatch.line}: test `{result.test.name}`: {what}{why}"
            (refused if mismatch.refused else faults).append(told)
    return {
        "tests": len(results),
        "failed": sum(not result.passed for result in results),
        "alerts_fired": sorted(
            {e.alert for r in results for e in r.episodes if e.firing_at_ms is not None}
        ),
    }


def _asked_of_promtool(suites: Sequence["RuleSuite"], rehearsal: Rehearsal) -> str:
    """Its verdict on the same files. It is not ours where it is older than what we evaluate as."""
    from opsready.rehearsal.stage.alertmanager import find_program
    from opsready.rehearsal.stage.process import run_to_end

    stage = rehearsal.stage
    folder = stage.directory / _FOLDER
    promtool = find_program(("promtool",), folder, stage.name)
    if promtool is None:
        return "not installed"
    stage.worked_with({"promtool": promtool.version})
    for path in {path for suite in suites for path in (suite.file.path, *suite.rule_paths)}:
        source = rehearsal.pack.source(path)
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.text if source is not None else "", encoding="utf-8")
    paths = [suite.file.path for suite in suites]
    asked = run_to_end(promtool.command(folder, stage.name, "test", "rules", *paths), _PROMTOOL_S)
    verdict = "passes" if asked.exit_code == 0 else f"fails: {asked.told(3)}"
    return f"{promtool.version} {verdict}"


def _shown(told: Sequence[str]) -> str:
    more = len(told) - _NAMED_AT_MOST
    return "; ".join(told[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")


PROBE = Probe(
    "rules_pass_their_tests",
    "the unit tests of the rules pass, evaluated exactly",
    ("*.yml", "*.yaml", "*.rules", "*.json"),
    (),
    run,
    beside=True,
    rung=Rung.SIMULATED,
)
