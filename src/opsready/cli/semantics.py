"""The version of Prometheus that a command evaluates as."""

from collections.abc import Callable
from typing import Any

import click

from opsready.promql.semantics import DEFAULT, SEMANTICS


def semantics_option(means: str) -> Callable[[Any], Any]:
    """`--semantics`, given to the command as `version`; `means` is its help."""
    return click.option(
        "--semantics",
        "version",
        type=click.Choice(list(SEMANTICS)),
        default=DEFAULT.version,
        show_default=True,
        help=means,
    )
