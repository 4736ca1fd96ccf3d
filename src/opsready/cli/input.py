"""What every command accepts, and how bad input is refused: the reason first, exit 2."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsready.cli.main import INPUT_UNREADABLE
from opsready.documents.document import Unparsable

if TYPE_CHECKING:
    from opsready.documents.protection import Protection


class BadInput(click.ClickException):
    """Input that cannot be read; the message leads with place and reason."""

    exit_code = INPUT_UNREADABLE

    def show(self, file: Any = None) -> None:
        """On standard error, without decoration."""
        click.echo(f"opsready: {self.message}", err=True)


@contextmanager
def refused_plainly() -> Iterator[None]:
    """Inside, a tree or spec that cannot be read ends the command with its reason."""
    # Here, for the sake of commands that read no tree: they start in half the time.
    from opsready.sources.read import Unreadable
    from opsready.spec.load import BadSpec

    try:
        yield
    except Unreadable as error:
        raise BadInput(str(error)) from None
    except BadSpec as error:
        raise BadInput(str(error)) from None


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

PATH: Decorator = click.argument(
    "path", type=click.Path(path_type=Path), default=Path(), required=False
)
FORMAT: Decorator = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json follows the published schemas",
)
EXCLUDE: Decorator = click.option(
    "--exclude", multiple=True, metavar="GLOB", help="paths to leave out; may be repeated"
)
SPEC: Decorator = click.option(
    "--spec",
    "spec_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="an opsready.yaml that lies elsewhere, for a tree that is not yours",
)
ALLOW_EXEC: Decorator = click.option(
    "--allow-exec",
    is_flag=True,
    help="let the tree's Terraform run provisioners and providers of its own",
)
PREVIOUS: Decorator = click.option(
    "--previous",
    default="",
    envvar="OPSREADY_PREVIOUS",
    metavar="REF|FOLDER",
    help="the release before this one, for what must still run after this one's migrations",
)

PROTECTION: Decorator = click.option(
    "--protection",
    "protection_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="what `gh api repos/OWNER/REPO/environments` printed: shows who must approve",
)


def protection_in(path: Path | None) -> "Protection | None":
    """The code host's account of its environments. Raises BadInput."""
    from opsready.documents.protection import Protection

    if path is None:
        return None
    try:
        return Protection.parse(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadInput(f"{path}: cannot be read: {why}") from None
    except Unparsable as error:
        raise BadInput(str(error)) from None


NO_LINTERS: Decorator = click.option(
    "--no-linters", is_flag=True, help="leave out hadolint, zizmor and the others (`explain`)"
)


def refuse_unknown(required: Iterable[str], known: Collection[str]) -> None:
    """Before anything is done: an id that nothing has is bad input."""
    for one in required:
        if one not in known:
            raise BadInput(f"--require {one}: there is no such id; see `opsready explain --list`")


def missing(required: Iterable[str], ran: Collection[str], not_run: Mapping[str, str]) -> list[str]:
    """The required checks or probes that did not run, each said on standard error with why."""
    without = [one for one in required if one not in ran]
    for one in without:
        why = not_run.get(one, "it was not asked for")
        click.echo(f"opsready: {one} is required and did not run: {why}", err=True)
    return without
