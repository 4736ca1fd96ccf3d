"""`opsready init`: writes the spec that the sources suggest."""

from pathlib import Path

import click

from opsready.cli.files import write_new
from opsready.cli.help import examples
from opsready.cli.input import EXCLUDE, FORMAT, PATH, refused_plainly
from opsready.cli.output import print_json, print_text, progress
from opsready.facts.gather import gather
from opsready.hats.written.record import said_by_others
from opsready.report.spec import spec_fields
from opsready.sources.read import read
from opsready.spec.decide import decide
from opsready.spec.load import SPEC_FILE, load
from opsready.spec.schema import json_schema
from opsready.spec.write import spec_text


@click.command(
    "init",
    epilog=examples(
        "opsready init .",
        "opsready init . --print",
        "opsready init --schema > opsready.schema.json",
    ),
)
@PATH
@FORMAT
@EXCLUDE
@click.option("--print", "shown", is_flag=True, help="show it; write nothing")
@click.option("--schema", is_flag=True, help="print the JSON Schema of opsready.yaml instead")
def command(path: Path, form: str, exclude: tuple[str, ...], shown: bool, schema: bool) -> int:
    """Write opsready.yaml into PATH: what the service needs, each value with its origin as a
    comment, assumptions on top for you to confirm.

    A file that is already there is never overwritten. Exit: 0, 2 input cannot be read or the
    file exists.
    """
    if schema:
        print_json("spec-schema", json_schema())
        return 0
    with refused_plainly():
        bundle = read(path, exclude)
        spec = decide(said_by_others(gather(bundle), bundle), load(bundle))
    if not shown:
        target = path / SPEC_FILE
        write_new(target, spec_text(spec), "`opsready init --print` shows what would stand there")
        assumed = len(spec.assumptions)
        progress(f"wrote {target}: {assumed} assumptions on top, for you to confirm or change")
    if form == "json":
        print_json("init", spec_fields(spec))
    elif shown:
        print_text(spec_text(spec))
    return 0
