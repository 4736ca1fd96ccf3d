"""`opsready test-rules`: unit tests of Prometheus rules, in promtool's format."""

import glob
import re
from collections.abc import Sequence
from pathlib import Path

import click

from opsready.alerting.cases import UnitTestFile
from opsready.alerting.coverage import coverage_of
from opsready.alerting.groups import RuleGroup
from opsready.alerting.unit_tests import in_test_order, run_test
from opsready.cli.files import write_over
from opsready.cli.help import examples
from opsready.cli.input import FORMAT, BadInput
from opsready.cli.output import print_json, print_text, progress
from opsready.documents.document import Unparsable
from opsready.documents.rule_groups import read_rule_groups
from opsready.documents.rule_test_file import read_test_file
from opsready.promql.semantics import LATEST, SEMANTICS, Semantics
from opsready.report.junit import junit_xml
from opsready.report.rule_tests import FileResult, rule_tests_fields, rule_tests_text


@click.command(
    "test-rules",
    epilog=examples(
        "opsready test-rules monitoring/prometheus/tests/*.test.yml",
        "opsready test-rules rules.test.yml --run burn --times",
        "opsready test-rules rules.test.yml --junit report.xml --min-coverage 100",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--run", "pattern", metavar="REGEX", help="only the tests whose name matches")
@click.option("--times", is_flag=True, help="when each alert fires and resolves, of every test")
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the results as JUnit XML too",
)
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="fail where fewer of the rules are asked about by a test",
)
@click.option(
    "--semantics",
    "version",
    type=click.Choice(list(SEMANTICS)),
    default=LATEST.version,
    show_default=True,
    help="the version of Prometheus that will evaluate the rules",
)
@FORMAT
def command(
    files: tuple[Path, ...],
    pattern: str | None,
    times: bool,
    junit_file: Path | None,
    min_coverage: float | None,
    version: str,
    form: str,
) -> int:
    """Run the rule tests in each FILE, as `promtool test rules` does and without it.

    A failing test shows what differs and when each alert was pending, fired and resolved. Then
    follows which rules no test asks about. Rule files are found relative to FILE.
    Exit: 0 all pass, 1 a test fails or a rule is refused, 2 a FILE cannot be read.
    """
    semantics = SEMANTICS[version]
    if not semantics.verified:
        progress(f"opsready: semantics {version} follow its source; no binary has shown them yet")
    chosen = _pattern(pattern)
    loaded: list[tuple[UnitTestFile, Sequence[RuleGroup]]] = []
    tested: list[FileResult] = []
    for path in files:
        try:
            file = read_test_file(str(path), _text(path))
        except Unparsable as error:
            raise BadInput(str(error)) from None
        groups, faults = _groups(file, semantics)
        loaded.append((file, groups))
        tested.append(_tested(file, groups, faults, (chosen, semantics)))
    coverage = coverage_of(loaded)
    if junit_file is not None:
        write_over(junit_file, junit_xml(tested))
    if form == "json":
        print_json("test-rules", rule_tests_fields(tested, coverage))
    else:
        print_text(rule_tests_text(tested, coverage, times=times))
    too_few = min_coverage is not None and coverage.percent < min_coverage
    if too_few:
        progress(f"opsready: coverage is {coverage.percent:.1f} %, less than {min_coverage:g} %")
    return 1 if too_few or not all(file.passed for file in tested) else 0


def _pattern(text: str | None) -> "re.Pattern[str] | None":
    try:
        return None if text is None else re.compile(text)
    except re.error as error:
        raise BadInput(f"--run {text}: is no regular expression: {error}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadInput(f"{path}: cannot be read: {why}") from None


def _groups(
    file: UnitTestFile, semantics: Semantics
) -> tuple[tuple[RuleGroup, ...], list[Unparsable]]:
    """The groups that a test file loads, in order, and what is wrong with them."""
    folder = Path(file.path).parent
    groups: list[RuleGroup] = []
    faults: list[Unparsable] = []
    found: dict[str, None] = {}
    for pattern in file.rule_files:
        # A pattern may be absolute, which Path.glob does not take.
        matches = sorted(glob.glob(str(folder / pattern), include_hidden=True))  # noqa: PTH207
        if not matches:
            progress(f"opsready: {file.path}: no rule file matches `{pattern}`")
        found |= dict.fromkeys(matches)
    for path in found:
        try:
            read, wrong = read_rule_groups(path, _text(Path(path)), semantics)
        except Unparsable as error:
            faults.append(error)
            continue
        groups += read
        faults += wrong
    return in_test_order(file, groups), faults


def _tested(
    file: UnitTestFile,
    groups: Sequence[RuleGroup],
    faults: Sequence[Unparsable],
    how: tuple["re.Pattern[str] | None", Semantics],
) -> FileResult:
    """No test of a file is run where one of its rule files is refused."""
    chosen, semantics = how
    tests = [test for test in file.tests if chosen is None or chosen.search(test.name)]
    if faults and tests:
        return FileResult(file.path, faults=tuple(faults))
    results = (run_test(test, file, groups, semantics) for test in tests)
    return FileResult(file.path, tuple(results))
