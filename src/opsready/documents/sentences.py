"""The sentences of a page, wherever they stand, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.markdown import Item, Markdown, Section

# A stop, then something that can begin a sentence; "e.g. Redis" and "vs. Kafka" go on.
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\bcf)[.!?;][\"'”)`]*\s+(?=[^a-z\s]|`)"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, or a list item's part up to a stop; `is_item` says so."""

    text: str
    line: int
    section: Section
    is_item: bool = False


def sentences(page: Markdown) -> Iterator[Sentence]:
    """Every sentence of paragraphs and items, in the order of the text; tables have none."""
    for prose in page.prose:
        start = 0
        for end in [*(match.end() for match in _END.finditer(prose.text)), len(prose.text)]:
            text = prose.text[start:end].strip()
            if text:
                line = prose.line_of(start)
                yield Sentence(text, line, prose.section, isinstance(prose, Item))
            start = end
