"""`opsready rehearse`: runs the probes."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import (
    ALLOW_EXEC,
    EXCLUDE,
    FORMAT,
    PATH,
    PREVIOUS,
    SPEC,
    BadInput,
    missing,
    refuse_unknown,
    refused_plainly,
)
from opsready.cli.output import print_json, print_text, progress
from opsready.pipeline import Options, prepare
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Journal, Result
from opsready.rehearsal.rehearse import Selection, UnknownProbe, rehearse
from opsready.rehearsal.stored import stored_journal
from opsready.report.rehearsal import journal_text

SOME_BROKE, SOME_NOT_RUN = 1, 3


@click.command(
    "rehearse",
    epilog=examples(
        "opsready rehearse .",
        "opsready rehearse . --only sigterm_loses_nothing",
        "opsready rehearse . --stale",
    ),
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
@click.option("--only", multiple=True, metavar="ID", help="this probe alone; may be repeated")
@click.option("--stale", is_flag=True, help="prove again only what changed since it was proven")
@click.option("--list", "listed", is_flag=True, help="list the probes and what is stored; run none")
@PREVIOUS
@ALLOW_EXEC
@click.option("--require", multiple=True, metavar="ID", help="fail if this probe does not run")
def command(
    path: Path,
    form: str,
    exclude: tuple[str, ...],
    spec_file: Path | None,
    only: tuple[str, ...],
    stale: bool,
    listed: bool,
    previous: str,
    allow_exec: bool,
    require: tuple[str, ...],
) -> int:
    """Start the service below PATH with its dependencies, break things, and see what holds.

    Runs the service's own code in a copy of the tree, on loopback, with an environment of its
    own; proofs are stored in PATH/.opsready/evidence. Exit: 0 all held, 1 something broke,
    2 input cannot be read, 3 something did not run.
    """
    refuse_unknown(require, [probe.id for probe in PROBES])
    with refused_plainly():
        prepared = prepare(path, Options(exclude, spec_file))
    if listed:
        journal = stored_journal(prepared.spec, prepared.pack)
    else:
        try:
            selection = Selection(only, stale, previous, allow_exec)
            journal = rehearse(prepared.spec, prepared.pack, selection, progress)
        except UnknownProbe as error:
            raise BadInput(str(error)) from None
    if form == "json":
        print_json("rehearse", journal.to_json())
    else:
        print_text(journal_text(journal))
    return 0 if listed else _exit_code(journal, require)


def _exit_code(journal: Journal, require: tuple[str, ...]) -> int:
    not_run = {p.probe: p.why for p in journal.proofs if p.result is Result.NOT_RUN}
    ran = [p.probe for p in journal.proofs if p.probe not in not_run]
    if missing(require, ran, not_run) or any(p.result is Result.BROKE for p in journal.proofs):
        return SOME_BROKE
    return SOME_NOT_RUN if not_run else 0
