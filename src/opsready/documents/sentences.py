"""The sentences of a page, wherever they stand, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.markdown import Item, Markdown, Prose, Section

_STOP = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\bcf)[.!?;][\"'”)]*\s+")

# The longest sentence met in a public architecture has 900 characters; what goes on for longer
# without a stop is data, and patterns that look back from each word would take minutes on it.
CHARACTERS_AT_MOST = 2_000


@dataclass(frozen=True)
class Sentence:
    """One sentence of a paragraph or an item, from `start` of its text on."""

    text: str
    prose: Prose
    start: int

    @property
    def section(self) -> Section:
        """Where it stands."""
        return self.prose.section

    @property
    def is_item(self) -> bool:
        """Whether it stands in a list."""
        return isinstance(self.prose, Item)

    def line_of(self, offset: int = 0) -> int:
        """The line on which the character at this offset of the sentence stands."""
        return self.prose.line_of(self.start + offset)


def sentences(page: Markdown) -> Iterator[Sentence]:
    """Every sentence of paragraphs and items, in the order of the text; tables have none, and
    what is too long for one is left out."""
    for prose in page.prose:
        start = 0
        for end in [*_ends(prose), len(prose.text)]:
            written = prose.text[start:end]
            text = written.strip()
            if 0 < len(text) <= CHARACTERS_AT_MOST:
                yield Sentence(text, prose, start + written.index(text[0]))
            start = end


def _ends(prose: Prose) -> Iterator[int]:
    """Stops before something that can begin a sentence: a small letter only in backticks."""
    literals = {start for start, _ in prose.literals}
    for match in _STOP.finditer(prose.text):
        end = match.end()
        if end in literals or not prose.text[end : end + 1].islower():
            yield end
