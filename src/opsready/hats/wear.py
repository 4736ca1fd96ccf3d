"""The hats work in turn."""

from opsready.facts.fact import Facts
from opsready.hats.catalog import HATS
from opsready.hats.pack import Artifact, LeftOut
from opsready.hats.written.record import refuse_outside
from opsready.spec.spec import Spec


def wear_hats(spec: Spec, facts: Facts) -> tuple[Artifact, ...]:
    """What both hats write, in order; the same spec and facts give the same bytes. Raises
    Unreadable where a path leads out of the tree: names of the spec are parts of paths."""
    written = tuple(
        artifact
        for hat in HATS
        for producer in hat.producers
        for artifact in producer.produce(spec, facts)
    )
    refuse_outside(artifact.path for artifact in written)
    return written


def left_out(spec: Spec, facts: Facts) -> tuple[LeftOut, ...]:
    """What they do not write, each with the reason."""
    return tuple(
        left
        for hat in HATS
        for producer in hat.producers
        for left in producer.left_out(spec, facts)
    )
