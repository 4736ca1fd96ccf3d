"""`opsready criteria`: what would verify each completion criterion."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import FORMAT, PATH, BadInput, refused_plainly
from opsready.cli.output import print_json, print_text
from opsready.facts.gather import gather
from opsready.hats.written.record import said_by_others
from opsready.report.criteria import criteria_fields, criteria_text
from opsready.sources.read import read
from opsready.spec.decide import decide
from opsready.spec.load import load
from opsready.verdict.compiler.subjects import Setting
from opsready.verdict.sentences import NoCriteria, Stated, criteria_of_file, criteria_of_tree


@click.command(
    "criteria",
    epilog=examples(
        "opsready criteria .",
        "opsready criteria docs/definition-of-done.md",
        "opsready criteria . --format json",
    ),
)
@PATH
@FORMAT
def command(path: Path, form: str) -> int:
    """Say of each completion criterion below PATH, or in the file PATH, whether it can be
    verified, by which checks and probes, or why it is vague and what to write instead.

    A tree without units is judged by the stage's own criteria. Exit: 0, 1 vague ones, 2 input
    cannot be read.
    """
    stated = _criteria(path)
    if form == "json":
        print_json("criteria", criteria_fields(stated))
    else:
        print_text(criteria_text(stated))
    return 0 if all(each.compiled.verifiable for each in stated) else 1


def _criteria(path: Path) -> list[Stated]:
    if path.is_file():
        try:
            return criteria_of_file(path)
        except NoCriteria as error:
            raise BadInput(str(error)) from None
    with refused_plainly():
        bundle = read(path)
        spec = decide(said_by_others(gather(bundle), bundle), load(bundle))
    return criteria_of_tree(bundle, Setting.of(spec.operations))
