"""`opsready test-rules`: unit tests of Prometheus rules, in promtool's format."""

import glob
import re
from collections.abc import Iterator
from pathlib import Path

import click

from opsready.alerting.coverage import coverage_of
from opsready.alerting.reads import in_circles
from opsready.cli.files import write_over
from opsready.cli.help import examples
from opsready.cli.input import FORMAT, BadInput
from opsready.cli.output import print_json, print_text, progress
from opsready.cli.semantics import semantics_option
from opsready.documents.document import Unparsable
from opsready.documents.rule_suite import RuleSuite, read_rule_suite
from opsready.promql.semantics import SEMANTICS, Semantics
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
@semantics_option("the version of Prometheus that will evaluate the rules")
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
    suites = [_suite(path, semantics) for path in files]
    tested = [FileResult(suite.file.path, suite.run(chosen), suite.faults) for suite in suites]
    coverage = coverage_of((suite.file, suite.groups) for suite in suites)
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


def _suite(path: Path, semantics: Semantics) -> RuleSuite:
    def find(pattern: str) -> Iterator[tuple[str, str]]:
        # A pattern may be absolute, which Path.glob does not take.
        for match in sorted(glob.glob(str(path.parent / pattern), include_hidden=True)):  # noqa: PTH207
            yield match, _text(Path(match))

    try:
        suite = read_rule_suite(str(path), _text(path), find, semantics)
    except Unparsable as error:
        raise BadInput(str(error)) from None
    if not suite.file.tests:
        progress(f"opsready: {path}: holds no test")
    for pattern in suite.unmatched:
        progress(f"opsready: {path}: no rule file matches `{pattern}`")
    for rule in in_circles(suite.groups):
        why = "reads what it writes itself, and sees there what was written one evaluation before"
        progress(f"opsready: {rule.path}:{rule.line}: `{rule.name}` {why}")
    return suite
