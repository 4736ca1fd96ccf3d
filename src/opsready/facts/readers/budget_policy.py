"""What a team does when an error budget is spent, where its notes say so."""

import re
from collections.abc import Iterator

from opsready.documents.sentences import sentences
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_BUDGET = re.compile(r"\b(error )?budget\b", re.IGNORECASE)
_SPENT = re.compile(
    r"\b(is|are|has been|gets?|once|when|if)\b.{0,40}\b(spent|exhausted|used up|consumed|gone"
    r"|depleted|blown|exceeded|burn(?:t|ed))\b",
    re.IGNORECASE,
)
# A policy names an act; a sentence that only explains what a budget is does not.
_ACT = re.compile(
    r"\b(stops?|freez\w+|halts?|paus\w+|blocks?|suspend\w*|no (?:new )?(?:features?|releases?)"
    r"|only (?:fixes|bug)|works? on reliability|prioriti[sz]\w+|review\w*|rolls? back)\b",
    re.IGNORECASE,
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Each sentence that says what happens then."""
    for page in bundle.design_notes():
        for sentence in sentences(page):
            said = sentence.text
            if _BUDGET.search(said) and _SPENT.search(said) and _ACT.search(said):
                line = sentence.line_of()
                yield Fact(
                    Claim.BUDGET_POLICY, said, page.path, line, bundle.quote(page.path, line)
                )


READER = Reader("budget_policy", read)
