"""Completion criteria: of the units of an intent, and below such headings of other pages."""

import re
from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_HEADING = re.compile(
    r"^(completion|acceptance|success|exit|launch) criteria\b|^definition of done\b", re.IGNORECASE
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Each criterion with its unit; `done` is None where its list has no boxes."""
    units = {unit.path for unit in bundle.units}
    for unit in bundle.units:
        for criterion in unit.criteria:
            value = {
                "text": criterion.text,
                "done": criterion.done,
                "unit": unit.title,
                "stage": unit.stage,
            }
            quote = bundle.quote(criterion.path, criterion.line)
            yield Fact(Claim.CRITERION, value, criterion.path, criterion.line, quote)
    for page in bundle.notes():
        if page.path in units:
            continue
        for item in page.items:
            if item.depth == 1 and any(_HEADING.search(title) for title in item.section.path):
                value = {"text": item.written, "done": item.done, "unit": None, "stage": None}
                quote = bundle.quote(page.path, item.line)
                yield Fact(Claim.CRITERION, value, page.path, item.line, quote)


READER = Reader("criteria", read)
