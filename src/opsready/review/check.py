"""A check reads, and reports findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opsready.facts.fact import Facts
from opsready.hats.pack import Pack
from opsready.review.finding import Finding, Severity
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class Case:
    """What a check may look at."""

    facts: Facts
    spec: Spec
    pack: Pack


class NotRun(Exception):
    """Raised by a check that cannot judge this case; the text says why."""


@dataclass(frozen=True)
class Check:
    """`id` states the fault and reads well after "allow"; `find` yields one finding a fault."""

    id: str
    mandate: str
    severity: Severity
    title: str
    find: Callable[[Case], Iterator[Finding]]
