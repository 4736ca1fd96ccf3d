"""`opsready explain`: the page of a unit."""

import difflib

import click

from opsready.cli.help import examples
from opsready.cli.input import FORMAT, BadInput
from opsready.cli.output import print_json, print_text
from opsready.report.pages import explained, kind_of, known_ids


@click.command(
    "explain",
    epilog=examples(
        "opsready explain no-rollback", "opsready explain ops-engineer", "opsready explain --list"
    ),
)
@click.argument("id", required=False)
@FORMAT
@click.option("--list", "listed", is_flag=True, help="list every id that has a page")
def command(id: str | None, form: str, listed: bool) -> int:
    """Print the page of a check, a linter, a probe or a criterion, or the brief of a hat.

    Exit: 0, 2 no such id.
    """
    if listed or id is None:
        ids = known_ids()
        if form == "json":
            print_json("explain", {"ids": ids})
        else:
            print_text("\n".join(f"{kind:10} {one}" for one, kind in ids.items()))
        return 0
    text = explained(id)
    if text is None:
        close = difflib.get_close_matches(id, known_ids(), n=3)
        hint = f"did you mean {', '.join(close)}?" if close else "`opsready explain --list`"
        raise BadInput(f"no check, linter, probe, criterion or hat is named {id}; {hint}")
    if form == "json":
        print_json("explain", {"id": id, "kind": kind_of(id), "page": text})
    else:
        print_text(text)
    return 0
