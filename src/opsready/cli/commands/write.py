"""`opsready write`: the hats write the pack into the tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from opsready.cli.help import examples
from opsready.cli.input import EXCLUDE, FORMAT, PATH, SPEC, BadInput, refused_plainly
from opsready.cli.output import print_json, print_text, progress
from opsready.hats.merge import State
from opsready.hats.written.changes import WRITING, Moved
from opsready.hats.written.disk import Busy
from opsready.hats.written.undo import NothingToUndo
from opsready.pipeline import Options, unwrite, would_write, write
from opsready.report.written import plan_fields, plan_text, undone_fields, undone_text


@click.command(
    "write",
    epilog=examples(
        "opsready write . --dry-run",
        "opsready write .",
        "opsready write . --undo",
    ),
)
@PATH
@FORMAT
@EXCLUDE
@SPEC
@click.option("--dry-run", is_flag=True, help="show what would change; write nothing")
@click.option("--undo", is_flag=True, help="take the last write back")
def command(
    path: Path,
    form: str,
    exclude: tuple[str, ...],
    spec_file: Path | None,
    dry_run: bool,
    undo: bool,
) -> int:
    """Write what the hats produce into PATH: image, infrastructure, pipeline. A file that a person
    wrote is never touched; one that a person edited is merged with what is new. Where both changed
    the same lines it stays as it is, and the hat's text is laid beside it as FILE.opsready-new.

    What was written is recorded in .opsready/pack.json and .opsready/base/: commit them.

    Exit: 0, 1 conflict, or edited since the write that `--undo` takes back, 2 input cannot be read
    or written.
    """
    if undo and dry_run:
        raise click.UsageError("--undo and --dry-run exclude each other.")
    options = Options(exclude, spec_file, say=progress)
    with refused_plainly(), _changed_nothing(path):
        if undo:
            undone = unwrite(path, options)
            _show(form, undone_fields(undone), undone_text(undone))
            return 1 if any(one.done == "left" for one in undone) else 0
        plan = would_write(path, options) if dry_run else write(path, options)
    _show(form, plan_fields(plan, dry_run=dry_run), plan_text(plan, dry_run=dry_run))
    return 1 if plan.of(State.CONFLICT) else 0


def _show(form: str, fields: dict[str, object], text: str) -> None:
    if form == "json":
        print_json("write", fields)
    else:
        print_text(text)


@contextmanager
def _changed_nothing(path: Path) -> Iterator[None]:
    """Inside, whatever stands in the way ends the command in one sentence."""
    try:
        yield
    except Busy:
        raise BadInput(f"{path}: another `opsready write` is at work; wait for it to end") from None
    except NothingToUndo as error:
        raise BadInput(f"{path}: {error}") from None
    except Moved as error:
        raise BadInput(f"{error}; nothing was changed, write again") from None
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise BadInput(_unwritable(path, error)) from None


def _unwritable(path: Path, error: OSError) -> str:
    where = error.filename or path
    why = f"{where}: {error.strerror or error}"
    if (path / WRITING).exists():
        return f"{why}; what was begun is taken back by the next `opsready write`"
    return f"{why}; nothing was changed"
