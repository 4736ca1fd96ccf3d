"""`opsready review`: the checks, on any tree."""

from pathlib import Path

import click

from opsready.cli.files import write_over
from opsready.cli.help import examples
from opsready.cli.input import (
    EXCLUDE,
    NO_LINTERS,
    PATH,
    SPEC,
    BadInput,
    missing,
    refuse_unknown,
    refused_plainly,
)
from opsready.cli.output import colours, print_json, print_json_text, print_text, progress
from opsready.facts.gather import gather
from opsready.hats.pack import read_pack
from opsready.hats.written.record import said_by_others
from opsready.report.review_json import review_fields
from opsready.report.review_text import review_text
from opsready.report.sarif import sarif_text
from opsready.review.baseline import NotABaseline, baseline_text, read_baseline
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.review import Review, review_pack
from opsready.review.since import changes_since
from opsready.sources.history import NoHistory
from opsready.sources.read import read
from opsready.sources.source import Bundle
from opsready.spec.decide import decide
from opsready.spec.load import load, with_spec


@click.command(
    "review",
    epilog=examples(
        "opsready review .",
        "opsready review . --since origin/main",
        "opsready review . --format sarif > opsready.sarif",
    ),
)
@PATH
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="sarif is version 2.1.0",
)
@EXCLUDE
@SPEC
@click.option("--since", metavar="REF", help="only what changed since this commit")
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="only what is new"
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write all that is found now as known",
)
@NO_LINTERS
@click.option(
    "--require", multiple=True, metavar="ID", help="fail if this check or linter cannot run"
)
def command(
    path: Path,
    form: str,
    exclude: tuple[str, ...],
    spec_file: Path | None,
    since: str | None,
    baseline: Path | None,
    write_baseline: Path | None,
    no_linters: bool,
    require: tuple[str, ...],
) -> int:
    """Hold the files below PATH against the mandates and say what is wrong, where, and what to
    do. Nothing of the tree is run, and no configuration of it is obeyed but `# opsready: allow`.
    Linters that are installed (the extra `linters`, and terraform's `fmt`) read it too.

    Exit: 0 no blocker, 1 blockers, 2 input cannot be read.
    """
    refuse_unknown(require, [*(check.id for check in CHECKS), *(linter.id for linter in LINTERS)])
    with refused_plainly():
        bundle = read(path, exclude)
        bundle = with_spec(bundle, spec_file) if spec_file else bundle
        facts = gather(bundle)
        spec = decide(said_by_others(facts, bundle), load(bundle))
    linters = () if no_linters else LINTERS
    full = review_pack(facts, spec, read_pack(bundle), exclude=exclude, linters=linters)
    if write_baseline is not None:
        write_over(write_baseline, baseline_text(full))
        progress(f"wrote {write_baseline}: {len(full.standing)} findings are known from now on")
    review = _narrowed(full, bundle, since, baseline)
    _show(review, bundle, form)
    not_run = {one.check: one.why for one in full.not_run}
    return 1 if missing(require, full.ran, not_run) or review.blockers else 0


def _narrowed(review: Review, bundle: Bundle, since: str | None, baseline: Path | None) -> Review:
    try:
        if since is not None:
            review = changes_since(bundle, since).applied_to(review)
        if baseline is not None:
            review = read_baseline(baseline).applied_to(review)
    except (NoHistory, NotABaseline) as error:
        raise BadInput(str(error)) from None
    return review


def _show(review: Review, bundle: Bundle, form: str) -> None:
    if form == "json":
        unread = [{"path": u.path, "line": u.line, "why": u.why} for u in bundle.not_read()]
        print_json("review", {**review_fields(review), "unread": unread})
    elif form == "sarif":
        print_json_text(sarif_text(review))
    else:
        print_text(review_text(review, bundle, coloured=colours()))
