"""`opsready promql`: PromQL as Prometheus evaluates it, without Prometheus."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import FORMAT, BadInput
from opsready.cli.output import print_json, print_text, progress
from opsready.cli.semantics import semantics_option
from opsready.promql.script.run import Report, run_script
from opsready.promql.script.statements import ScriptError
from opsready.promql.semantics import SEMANTICS, Semantics
from opsready.report.promql_script import script_fields, script_text


@click.group("promql")
def command() -> None:
    """Evaluate PromQL as Prometheus does, version by version, without a server.

    `script` runs Prometheus's own test scripts.
    """


@command.command(
    "script",
    epilog=examples(
        "opsready promql script operators.test",
        "opsready promql script promql/testdata/*.test --semantics 2.42",
        "opsready promql script operators.test --semantics 3.5 --format json",
    ),
)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@semantics_option("the version of Prometheus whose results are expected")
@FORMAT
def script(files: tuple[Path, ...], version: str, form: str) -> int:
    """Run each FILE, a script of load, clear and eval statements (Prometheus's promqltest).

    A statement is refused where it needs what is not evaluated: native histograms, experimental
    functions. That one must fail is checked; the words of the failure, and warnings, are not.
    Exit: 0 none failed, 1 some failed, 2 a FILE cannot be read.
    """
    semantics = SEMANTICS[version]
    if not semantics.verified:
        progress(f"opsready: semantics {version} follow its source; no binary has shown them yet")
    reports = {str(file): _ran(file, semantics) for file in files}
    if form == "json":
        print_json("promql", script_fields(reports))
    else:
        print_text(script_text(reports))
    return 1 if any(report.failed for report in reports.values()) else 0


def _ran(file: Path, semantics: Semantics) -> Report:
    try:
        return run_script(file.read_text(encoding="utf-8"), semantics)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadInput(f"{file}: cannot be read: {why}") from None
    except ScriptError as error:
        raise BadInput(f"{file}:{error.line}: {error.why}") from None
