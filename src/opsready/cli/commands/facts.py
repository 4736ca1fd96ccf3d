"""`opsready facts`: what the sources say."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import EXCLUDE, FORMAT, PATH, refused_plainly
from opsready.cli.output import print_json, print_text
from opsready.facts.gather import gather
from opsready.report.facts import facts_fields, facts_text
from opsready.sources.read import read


@click.command(
    "facts",
    epilog=examples("opsready facts .", "opsready facts . --format json | jq '.facts[]'"),
)
@PATH
@FORMAT
@EXCLUDE
@click.option("--all", "every", is_flag=True, help="do not shorten long groups")
def command(path: Path, form: str, exclude: tuple[str, ...], every: bool) -> int:
    """What the documents and the code below PATH say, each claim with the place that says it.

    Nothing of the tree is run. Exit: 0, 2 input cannot be read.
    """
    with refused_plainly():
        facts = gather(read(path, exclude))
    if form == "json":
        print_json("facts", facts_fields(facts))
    else:
        print_text(facts_text(facts, every=every))
    return 0
