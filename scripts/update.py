"""Writes the generated files anew: `make update`. Read the diff before you commit it."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from opsready.cli.main import COMMANDS, opsready
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.mandate import MANDATES
from opsready.review.page import page_of
from opsready.spec.schema import json_schema

ROOT = Path(__file__).parent.parent
# Wide enough that no example of a command breaks, narrow enough for a page.
COLUMNS = 100


def main() -> None:
    """Writes what differs, and names it on standard error."""
    for path, written in GENERATED.items():
        target, text = ROOT / path, written()
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"wrote {path}", file=sys.stderr)


def schema_text() -> str:
    """The JSON Schema of `opsready.yaml`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def checks_text() -> str:
    """Every check in the order of the catalogue, with the sentence of its page."""
    return "\n".join(_checks()) + "\n"


def _checks() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "Written by `make update` from the catalogue and the pages; `opsready explain ID` prints"
    yield "one. A *blocker* keeps a service from being ready; a *warning* and *advice* do not."
    yield ""
    yield "| id | mandate | severity | what is wrong |"
    yield "|---|---|---|---|"
    for check in CHECKS:
        page = page_of(check.find.__module__)
        sentence = " ".join((page.summary if page else check.title).split())
        cells = (f"`{check.id}`", check.mandate, str(check.severity), sentence)
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
    yield ""
    yield "## Linters"
    yield ""
    yield "Other people's tools, where they are installed; a finding's id is `<linter>/<rule>`."
    yield ""
    yield "| id | what it reads |"
    yield "|---|---|"
    for linter in LINTERS:
        yield f"| `{linter.id}` | {linter.title} |"
    yield ""
    yield "## Mandates"
    yield ""
    yield "| id | who answers | there must be no |"
    yield "|---|---|---|"
    for mandate in MANDATES.values():
        yield f"| {mandate.id} | {mandate.who} | {mandate.must_not} |"


def commands_text() -> str:
    """The `--help` of opsready and of each command."""
    return "\n".join(_commands()) + "\n"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Written by `make update` from `--help`."
    settings = {**opsready.context_settings, "terminal_width": COLUMNS}
    top = click.Context(opsready, info_name="opsready", **settings)
    yield from _help("opsready", opsready.get_help(top))
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(f"opsready.cli.commands.{module}").command
        below = click.Context(command, info_name=name, parent=top)
        yield from _help(f"opsready {name}", command.get_help(below))


def _help(title: str, text: str) -> Iterator[str]:
    shown = (line.rstrip() for line in text.splitlines())
    yield from ("", f"## {title}", "", "```text", *shown, "```")


GENERATED: dict[str, Callable[[], str]] = {
    "docs/opsready.schema.json": schema_text,
    "docs/reference/checks.md": checks_text,
    "docs/reference/commands.md": commands_text,
}
"""What gives the text of each file, by its path below the root."""


if __name__ == "__main__":
    main()
