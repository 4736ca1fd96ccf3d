"""A probe tries one claim by running something."""

from collections.abc import Callable
from dataclasses import dataclass

from opsready.hats.pack import Pack
from opsready.rehearsal.proof import Proof
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class Rehearsal:
    """What a probe is given: the spec, the pack, and what the user allowed."""

    spec: Spec
    pack: Pack


@dataclass(frozen=True)
class Probe:
    """`id` is the claim as a name, `claim` the same as a sentence; `reads` lists path globs of
    the files on which its proof depends."""

    id: str
    claim: str
    reads: tuple[str, ...]
    run: Callable[[Rehearsal], Proof]
