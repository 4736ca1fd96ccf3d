"""Variables of the environment that documents tell people to set."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown, Prose
from opsready.documents.secret import names_secret
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_ONE_WORD = re.compile(r"[A-Z][A-Z0-9]{2,}")
_TITLE = r"^((environment |env\.? ?)?variables?|env(ironment)?|env vars?|settings?|name|keys?)$"
_DEFAULT = r"^defaults?( value)?$"
# "required", "none", "the system's temporary directory": words about a default, not one.
_NO_DEFAULT = re.compile(
    r"\s|^(required|mandatory|optional|none|null|unset|empty|n/?a|\W+)$", re.IGNORECASE
)
_VARIABLES = re.compile(r"\b(?:variable|env(?:ironment)?\b)", re.IGNORECASE)
_HEADING = re.compile(
    r"\b(environment variables?|env(ironment)? vars?|configuration|settings|environment)\b",
    re.IGNORECASE,
)
# Set for other programs: by a shell, a test run, a build.
_OUT = re.compile(
    r"\b(development|test\w*|ci|github|secrets? (?:of|in) the (?:repository|workflow)|removed"
    r"|deprecated|build\w*|contributing|release\w*)\b",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"\b(removed|deprecated|no longer|not used|unused|replaced by)\b", re.IGNORECASE
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Names in tables and lists about configuration, with their defaults."""
    for page in bundle.notes():
        for name, line, default in [*_of_tables(page), *_of_items(page)]:
            secret = names_secret(name)
            value = {"name": name, "secret": secret, "default": None if secret else default}
            quote = bundle.quote(page.path, line)
            yield Fact(Claim.ENV_VAR, value, page.path, line, quote)


def _of_tables(page: Markdown) -> Iterator[tuple[str, int, str | None]]:
    for table in page.tables:
        named, default = table.column(_TITLE), table.column(_DEFAULT)
        if named is None or _is_out(table.section.path):
            continue
        is_said = re.search(r"env|variable", table.header[named], re.IGNORECASE)
        pattern = re.compile(f"{_NAME.pattern}|{_ONE_WORD.pattern}") if is_said else _NAME
        for row in table.rows:
            names = re.split(r"\s*(?:,|/|\band\b)\s*", row.cells[named].strip())
            written = row.cells[default].strip() if default is not None else ""
            value = written if written and not _NO_DEFAULT.search(written) else None
            if all(map(pattern.fullmatch, names)) and not _REMOVED.search(" ".join(row.cells)):
                for name in names:
                    yield name, row.line, value


def _of_items(page: Markdown) -> Iterator[tuple[str, int, str | None]]:
    """Items that begin with a name in backticks, below a heading about configuration. A bare name
    is a variable where the heading speaks of those: below a setting stand its values."""
    for item in page.items:
        above = item.section.path
        about = any(_HEADING.search(heading) for heading in above)
        if about and not _is_out(item.section.path) and not _REMOVED.search(item.text):
            name = _leading_literal(item)
            is_bare = item.text.strip() == name
            if name is not None and not (is_bare and not _VARIABLES.search(" ".join(above))):
                yield name, item.line, None


def _leading_literal(item: Prose) -> str | None:
    """`DATABASE_URL` of "`DATABASE_URL`: where the orders are", also as `DATABASE_URL=…`."""
    if not item.literals or item.literals[0][0] != 0:
        return None
    name = item.text[: item.literals[0][1]].partition("=")[0].strip()
    return name if _NAME.fullmatch(name) else None


def _is_out(headings: tuple[str, ...]) -> bool:
    return any(_OUT.search(heading) for heading in headings[1:])


READER = Reader("documented-variables", read)
