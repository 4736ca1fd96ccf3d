"""Compares a tree with what it was."""

from collections.abc import Callable, Iterator

from opsready.facts.gather import gather
from opsready.hats.written.record import said_by_others
from opsready.review.since import bundle_at
from opsready.sources.history import NoHistory
from opsready.sources.source import Bundle
from opsready.spec.decide import decide
from opsready.spec.load import BadSpec, load
from opsready.spec.spec import Spec
from opsready.verdict.weakening.asked import weaker_demands
from opsready.verdict.weakening.decided import weaker_decisions
from opsready.verdict.weakening.watched import weaker_watch
from opsready.verdict.weakening.weakening import Standing, Weakening

COMPARED: tuple[Callable[[Standing, Standing], Iterator[Weakening]], ...] = (
    weaker_decisions,
    weaker_demands,
    weaker_watch,
)


def weakened(before: Standing, after: Standing) -> tuple[Weakening, ...]:
    """Every weakening from one standing to the other, each once. What became stronger, and what
    only moved, is none."""
    found = [weakening for compare in COMPARED for weakening in compare(before, after)]
    return tuple(dict.fromkeys(found))


def weakened_since(spec: Spec, bundle: Bundle, ref: str) -> tuple[Weakening, ...]:
    """Every weakening of the tree since the commit that `ref` names. Raises `NoHistory`."""
    past = bundle_at(bundle, ref)
    try:
        decided = decide(said_by_others(gather(past), past), load(past))
    except BadSpec as error:
        raise NoHistory(f"at {ref}: {error}") from None
    return weakened(Standing(decided, past), Standing(spec, bundle))
