"""Results go to standard output, everything else to standard error."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click


def print_json(command: str, fields: Mapping[str, Any]) -> None:
    """One object, led by its schema."""
    body = {"schema": f"opsready/{command}/1", **fields}
    click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def print_text(text: str) -> None:
    """As it is; control characters of a hostile file do not reach the terminal."""
    click.echo("".join(c for c in text if c in "\n\t\x1b" or c.isprintable()))


def progress(message: str) -> None:
    """One line on standard error."""
    print(message, file=sys.stderr, flush=True)


def colours() -> bool:
    """Whether a person looks at the result."""
    return sys.stdout.isatty()
