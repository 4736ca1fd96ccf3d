"""`opsready verdict`: the gate for CI and for agents."""

from collections.abc import Sequence
from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import (
    EXCLUDE,
    FORMAT,
    NO_LINTERS,
    PATH,
    PROTECTION,
    SPEC,
    BadInput,
    missing,
    protection_in,
    refuse_unknown,
    refused_plainly,
)
from opsready.cli.output import colours, print_json, print_text
from opsready.pipeline import Options, prepare, run
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Result
from opsready.report.verdict_json import verdict_fields
from opsready.report.verdict_text import verdict_text, weakenings_text
from opsready.review.catalog import CHECKS, LINTERS
from opsready.sources.history import NoHistory
from opsready.verdict.outcome import Outcome
from opsready.verdict.weakening.compare import weakened_since
from opsready.verdict.weakening.weakening import Weakening

REQUIRED_DID_NOT_RUN = 1


@click.command(
    "verdict",
    epilog=examples(
        "opsready verdict .",
        "opsready verdict . --against origin/main",
        "opsready verdict . --report",
        "opsready verdict . --require sigterm_loses_nothing --format json",
    ),
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
@PROTECTION
@click.option("--against", metavar="REF", help="list every weakening since this commit")
@NO_LINTERS
@click.option(
    "--require", multiple=True, metavar="ID", help="fail unless this check, linter or probe ran"
)
@click.option("--report", is_flag=True, help="write the report too, below PATH/.opsready")
@click.option("--strict", is_flag=True, help="a proof made with other tool versions is void")
def command(
    path: Path,
    form: str,
    exclude: tuple[str, ...],
    spec_file: Path | None,
    protection_file: Path | None,
    against: str | None,
    no_linters: bool,
    require: tuple[str, ...],
    report: bool,
    strict: bool,
) -> int:
    """Judge PATH from its files and its stored evidence alone; nothing of it is started.

    Exit: 0 ready, 1 something is unmet or broke, 2 input cannot be read, 3 nothing broke but
    something is unproven. Weakenings are listed and leave the exit code as it is.
    """
    ids = (*(c.id for c in CHECKS), *(one.id for one in LINTERS), *(p.id for p in PROBES))
    refuse_unknown(require, ids)
    protection = protection_in(protection_file)
    linters = () if no_linters else LINTERS
    options = Options(
        exclude, spec_file, execute=False, strict=strict, protection=protection, linters=linters
    )
    with refused_plainly():
        outcome = run(path, options)
        weaker = _weaker(path, exclude, spec_file, against) if against else None
    stored = _report(outcome) if report else {}
    if form == "json":
        print_json("verdict", {**verdict_fields(outcome.verdict, weaker), **stored})
    else:
        print_text(verdict_text(outcome.verdict, coloured=colours()))
        if against and weaker is not None:
            print_text("\n" + weakenings_text(weaker, against))
        if report:
            print_text(f"\nreport: {stored['report'] or 'not stored'}")
    return REQUIRED_DID_NOT_RUN if _missing(outcome, require) else outcome.verdict.exit_code


def _report(outcome: Outcome) -> dict[str, str | None]:
    # The page takes a template engine, which the gate without it need not load.
    from opsready.cli.stored import stored_report

    return {"report": stored_report(outcome)}


def _weaker(
    path: Path, exclude: tuple[str, ...], spec_file: Path | None, ref: str
) -> Sequence[Weakening]:
    prepared = prepare(path, Options(exclude, spec_file))
    try:
        return weakened_since(prepared.spec, prepared.bundle, ref)
    except NoHistory as error:
        raise BadInput(f"--against {ref}: {error}") from None


def _missing(outcome: Outcome, require: tuple[str, ...]) -> list[str]:
    not_run = {one.check: one.why for one in outcome.review.not_run}
    not_run |= {proof.probe: proof.why for proof in outcome.journal.with_result(Result.NOT_RUN)}
    proven = (p.probe for p in outcome.journal.proofs if p.result is not Result.NOT_RUN)
    return missing(require, [*outcome.review.ran, *proven], not_run)
