"""A variable of the environment, as deployment files set it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """`value` is the text written in the file; None where it comes from elsewhere, and
    `reference` then says from where, as far as the file tells (`secret/name` or similar).
    `owner` is what it is set for: `container api`, `job deploy`."""

    name: str
    value: str | None
    line: int
    reference: str = ""
    owner: str = ""
