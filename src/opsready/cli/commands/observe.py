"""`opsready observe`: starts the service once and stores what it showed."""

from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import EXCLUDE, FORMAT, PATH, SPEC, refused_plainly
from opsready.cli.output import print_json, print_text, progress
from opsready.pipeline import Options, prepare
from opsready.rehearsal.observe import observe
from opsready.report.observation import observation_text


@click.command(
    "observe",
    epilog=examples("opsready observe .", "opsready observe . --spec opsready.yaml"),
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
def command(path: Path, form: str, exclude: tuple[str, ...], spec_file: Path | None) -> int:
    """Start the service below PATH once, with its dependencies, play its journeys, and store what
    it showed in PATH/.opsready/observed.json, which `facts` reads as one more source.

    Runs the service's own code, in a copy of the tree. Exit: 0, 1 it did not start, 2 input
    cannot be read.
    """
    with refused_plainly():
        prepared = prepare(path, Options(exclude, spec_file))
    observation = observe(prepared.spec, prepared.pack, progress)
    if form == "json":
        print_json(
            "observe",
            {"observed": not observation.why, "why": observation.why, "seen": observation.seen},
        )
    else:
        print_text(observation_text(observation))
    return 1 if observation.why else 0
