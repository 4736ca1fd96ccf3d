"""`opsready run`: the whole stage."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import (
    ALLOW_EXEC,
    EXCLUDE,
    FORMAT,
    NO_LINTERS,
    PATH,
    PREVIOUS,
    PROTECTION,
    SPEC,
    protection_in,
    refused_plainly,
)
from opsready.cli.output import colours, print_json, print_text, progress
from opsready.cli.stored import stored_report
from opsready.pipeline import Options, run
from opsready.report.run import run_fields
from opsready.report.verdict_text import verdict_text
from opsready.review.catalog import LINTERS


@click.command(
    "run",
    epilog=examples(
        "opsready run .",
        "opsready run . --no-exec",
        "opsready run . --format json | jq .ready",
    ),
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
@PROTECTION
@PREVIOUS
@ALLOW_EXEC
@NO_LINTERS
@click.option("--no-exec", is_flag=True, help="start nothing: judge from files and evidence alone")
def command(
    path: Path,
    form: str,
    exclude: tuple[str, ...],
    spec_file: Path | None,
    protection_file: Path | None,
    previous: str,
    allow_exec: bool,
    no_linters: bool,
    no_exec: bool,
) -> int:
    """Read PATH, start the service as it stands there, review it, rehearse it, and say what is
    proven. Runs the service's own code (`--no-exec` does not); writes only below PATH/.opsready.

    Exit: 0 ready, 1 something is unmet or broke, 2 input cannot be read, 3 nothing broke but
    something is unproven.
    """
    protection = protection_in(protection_file)
    options = Options(
        exclude,
        spec_file,
        execute=not no_exec,
        protection=protection,
        say=progress,
        previous=previous,
        allow_exec=allow_exec,
        linters=() if no_linters else LINTERS,
    )
    with refused_plainly():
        outcome = run(path, options)
    report = stored_report(outcome)
    if form == "json":
        print_json("run", {**run_fields(outcome), "report": report})
    else:
        print_text(verdict_text(outcome.verdict, coloured=colours()))
        print_text(f"\nreport: {report or 'not stored'}")
    return outcome.verdict.exit_code
