"""What a reader is: one kind of source in, facts out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opsready.facts.fact import Fact
from opsready.sources.source import Bundle


@dataclass(frozen=True)
class Reader:
    """`read` looks at a bundle and yields facts; it executes nothing and raises nothing."""

    id: str
    read: Callable[[Bundle], Iterator[Fact]]
