"""What a run ends in."""

from dataclasses import dataclass

from opsready.facts.fact import Facts
from opsready.hats.pack import Pack
from opsready.rehearsal.proof import Journal
from opsready.review.review import Review
from opsready.spec.spec import Spec
from opsready.verdict.judge import Verdict


@dataclass(frozen=True)
class Outcome:
    """The verdict, and all that it rests on."""

    facts: Facts
    spec: Spec
    pack: Pack
    review: Review
    journal: Journal
    verdict: Verdict
