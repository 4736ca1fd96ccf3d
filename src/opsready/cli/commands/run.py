"""`opsready run`: the whole stage."""

from pathlib import Path

import click

from opsready.cli.input import EXCLUDE, FORMAT, PATH, SPEC, refused_plainly
from opsready.cli.output import colours, print_json, print_text, progress
from opsready.pipeline import Options, run
from opsready.report.run import run_fields, write_report
from opsready.report.verdict_text import verdict_text


@click.command(
    "run",
    epilog="\b\nExamples:\n  opsready run .\n  opsready run . --no-exec\n"
    "  opsready run . --format json | jq .ready",
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
@click.option("--no-exec", is_flag=True, help="start nothing: judge from files and evidence alone")
def command(
    path: Path, form: str, exclude: tuple[str, ...], spec_file: Path | None, no_exec: bool
) -> int:
    """Read PATH, start the service as it stands there, review it, rehearse it, and say what is
    proven. Runs the service's own code (`--no-exec` does not); writes only below PATH/.opsready.

    Exit: 0 ready, 1 something is unmet or broke, 2 input cannot be read, 3 nothing broke but
    something is unproven.
    """
    with refused_plainly():
        outcome = run(path, Options(exclude, spec_file, execute=not no_exec, say=progress))
        report = write_report(outcome)
    if form == "json":
        print_json("run", {**run_fields(outcome), "report": str(report)})
    else:
        print_text(verdict_text(outcome.verdict, coloured=colours()))
        print_text(f"\nreport: {report}")
    return outcome.verdict.exit_code
