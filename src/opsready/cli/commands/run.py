"""`opsready run`: the whole stage."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import EXCLUDE, FORMAT, PATH, SPEC, refused_plainly
from opsready.cli.output import colours, print_json, print_text, progress
from opsready.pipeline import Options, run
from opsready.report.run import run_fields, run_text, write_report


@click.command(
    "run",
    epilog=examples(
        "opsready run .", "opsready run . --no-exec", "opsready run . --format json | jq .ready"
    ),
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
    options = Options(exclude, spec_file, execute=not no_exec, say=progress)
    with refused_plainly():
        outcome = run(path, options)
    report = write_report(outcome)
    if form == "json":
        print_json("run", {**run_fields(outcome), "report": str(report)})
    else:
        print_text(run_text(outcome, coloured=colours()))
        print_text(f"\nreport: {report}")
    return outcome.verdict.exit_code
