"""What the service is called: by its manifest, and by the title of its README."""

import re
from collections.abc import Iterator

from opsready.documents.pyproject import Pyproject
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

# "Orders service" is a name; "A toolkit for building small things" is a sentence.
_WORDS_OF_A_NAME = 4
_NO_NAME = re.compile(
    r"\b(getting started|support|install\w*|introduction|overview|about|readme|features?"
    r"|documentation|contents|usage|welcome|quick ?start|requirements|license)\b",
    re.IGNORECASE,
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """The names that the files at the root give; beside a Python project a `package.json` names
    its web page."""
    manifest = Kind.PACKAGE_JSON if bundle.source("pyproject.toml") is None else Kind.PYPROJECT
    for source in bundle.of_kind(manifest):
        name = _manifest_name(bundle, source) if "/" not in source.path else None
        if name is not None:
            line = _line_of(source, name)
            yield Fact(Claim.SERVICE_NAME, name, source.path, line, source.quote(line))
    for page in bundle.notes():
        top = next((section for section in page.sections if section.level == 1), None)
        if re.fullmatch(r"readme\.(md|rst)", page.path, re.IGNORECASE) and top is not None:
            name = re.sub(r"\W*$", "", top.heading.partition(" (")[0])
            if 0 < len(name.split()) <= _WORDS_OF_A_NAME and not _NO_NAME.search(name):
                quote = bundle.quote(page.path, top.line)
                sure = Confidence.DERIVED
                yield Fact(Claim.SERVICE_NAME, name, page.path, top.line, quote, sure)


def _manifest_name(bundle: Bundle, source: Source) -> str | None:
    """`[project] name`, Poetry's, or that of a `package.json` without its scope."""
    if source.kind is Kind.PACKAGE_JSON:
        found = re.search(r'^\s{0,4}"name"\s*:\s*"(?:@[^/"]+/)?([^"]+)"', source.text, re.MULTILINE)
        return found.group(1) if found else None
    project = bundle.document(source.path, Pyproject)
    return project.name or None if project is not None else None


def _line_of(source: Source, name: str) -> int:
    pattern = re.compile(rf"""["']?name["']?\s*[=:]\s*["'](?:@[^/"']+/)?{re.escape(name)}["']""")
    return next((n for n, line in enumerate(source.lines, 1) if pattern.search(line)), 1)


READER = Reader("service-names", read)
