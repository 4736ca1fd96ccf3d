"""Results go to standard output, everything else to standard error."""

import json
import os
import re
import sys
import threading
from collections.abc import Mapping
from typing import Any

import click

# Held while a line is told.
_SPEAKS = threading.Lock()
# A sequence that sets one of our colours, or anything but line breaks, tabs and ASCII. Others set
# the same way hide text (`8`), so a hostile file must not hold them.
_UNUSUAL = re.compile(r"\x1b\[(?:0|1|3[1-6])m|[^\n\t -~]")
# What JSON leaves as it is and a terminal obeys: the second set of control characters, and those
# that turn the direction of a line or are not seen.
_STEERING = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def print_json(command: str, fields: Mapping[str, Any]) -> None:
    """One object, led by its schema."""
    body = {"schema": f"opsready/{command}/1", **fields}
    print_json_text(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def print_json_text(text: str) -> None:
    """In UTF-8 whatever the terminal speaks (RFC 8259 §8.1). What steers a terminal is escaped, as
    is half a surrogate pair, which UTF-8 cannot hold."""
    escaped = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    click.echo(escaped.encode("utf-8", "backslashreplace"))


def print_text(text: str) -> None:
    """As it is; what a hostile file holds to steer a terminal does not reach it. Colours are for
    terminals alone."""
    keep_colours = colours()
    click.echo(_UNUSUAL.sub(lambda found: _tamed(found[0], keep_colours=keep_colours), text))


def _tamed(found: str, *, keep_colours: bool) -> str:
    """A letter stays, a blank of any kind becomes one, what only steers goes."""
    if len(found) > 1:
        return found if keep_colours else ""
    if found.isprintable():
        return found
    return " " if found.isspace() else ""


def progress(message: str) -> None:
    """One line on standard error, whole: probes that run beside each other speak at once."""
    with _SPEAKS:
        print(message, file=sys.stderr, flush=True)


def colours() -> bool:
    """Whether a person looks at the result, and did not ask for none (no-color.org)."""
    looked_at = sys.stdout is not None and sys.stdout.isatty()
    return looked_at and not os.environ.get("NO_COLOR")
