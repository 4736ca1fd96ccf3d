"""Where criteria come from: the units of a tree, a Markdown file, a file with one a line."""

import re
from dataclasses import dataclass
from pathlib import Path

from opsready.documents.document import Unparsable
from opsready.documents.markdown import Markdown
from opsready.sources.source import Bundle
from opsready.verdict.catalog import COMPLETION, GOOD_SENTENCES
from opsready.verdict.compiler.compile import Compiled, compile_criterion
from opsready.verdict.compiler.subjects import ANYWHERE, Setting

# The longest list of criteria met in public has 90 kB.
BYTES_AT_MOST = 2_000_000
_HEADING = re.compile(r"criteri|definition of done|acceptance|checklist|done when", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s*)?")


class NoCriteria(Exception):
    """A file that gives no criteria; the text says which, why, and what to do."""


@dataclass(frozen=True)
class Stated:
    """A sentence, where it stands, and what came of compiling it. `path` is empty and `line` 0
    for the stage's own."""

    path: str
    line: int
    compiled: Compiled


def criteria_of_tree(bundle: Bundle, setting: Setting = ANYWHERE) -> list[Stated]:
    """The criteria of all units, or the stage's own where no unit states one."""
    found = [
        Stated(stated.path, stated.line, compile_criterion(stated.text, setting))
        for unit in bundle.units
        for stated in unit.criteria
    ]
    own = (*COMPLETION, *GOOD_SENTENCES)
    return found or [Stated("", 0, compile_criterion(c.must, setting)) for c in own]


def criteria_of_file(file: Path, setting: Setting = ANYWHERE) -> list[Stated]:
    """The criteria of a file: of Markdown the list items (those below a heading about criteria,
    where there is one), of any other text every line. Raises `NoCriteria`."""
    text = _read(file)
    lines = _in_markdown(file, text) if file.suffix.lower() in {".md", ".markdown"} else []
    lines = lines or [
        (number, _BULLET.sub("", line).strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise NoCriteria(f"{file}: holds no criterion; write one sentence a line, or a list")
    return [Stated(str(file), line, compile_criterion(said, setting)) for line, said in lines]


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > BYTES_AT_MOST:
            raise NoCriteria(f"{file}: is larger than {BYTES_AT_MOST // 1_000_000} MB")
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoCriteria(f"{file}: is not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise NoCriteria(f"{file}: {error.strerror}") from None


def _in_markdown(file: Path, text: str) -> list[tuple[int, str]]:
    """Items as they are written, backticks included."""
    try:
        page = Markdown.parse(str(file), text)
    except Unparsable as error:
        raise NoCriteria(str(error)) from None
    written = text.splitlines()
    items = [item for item in page.items if any(map(_HEADING.search, item.section.path))]
    return [
        (item.line, _item_text(written, item.line, item.end_line))
        for item in items or page.items
        if item.depth == 1
    ]


def _item_text(written: list[str], line: int, end_line: int) -> str:
    """The item's own lines, up to a blank line or the first item below it."""
    own = [_BULLET.sub("", written[line - 1])]
    for following in written[line:end_line]:
        if not following.strip() or _BULLET.match(following):
            break
        own.append(following)
    return " ".join(part.strip() for part in own)
