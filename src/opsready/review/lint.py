"""Runs the linters beside the checks: all at once, each over the texts that it reads."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from opsready.review.check import NotRun
from opsready.review.finding import Finding, Severity
from opsready.review.linter import Desk, Linter
from opsready.review.program import Family, find_program
from opsready.sources.source import Bundle, Source

SILENCED = "silenced by {}'s own comment in the file"
"""Why a finding is suppressed that a file's comment asks the tool not to make."""

# A file with Windows' line ends gives a remark on every line; the rest says nothing new.
_ALIKE_IN_A_FILE = 20


@dataclass(frozen=True)
class Linted:
    """What one linter found, and why the rest was not judged: None where all was."""

    linter: Linter
    findings: tuple[Finding, ...] = ()
    missing: str | None = None


@contextmanager
def linting(
    linters: Sequence[Linter], bundle: Bundle, is_out: Callable[[str], bool]
) -> Iterator[Callable[[], list[Linted]]]:
    """Starts them; what it gives waits for all. Whatever ends the block ends them too."""
    if not linters:
        yield list
        return
    sources = [source for source in bundle.sources if not is_out(source.path)]
    family = Family()
    with ThreadPoolExecutor(len(linters), "linter") as pool:
        try:
            futures = [pool.submit(_lint, one, sources, bundle.root, family) for one in linters]
            yield lambda: [future.result() for future in futures]
        finally:
            family.close()


def _lint(linter: Linter, sources: Sequence[Source], root: Path, family: Family) -> Linted:
    """A tool that cannot be had, or that fails, costs nobody else's findings, and what it found
    before it failed stands."""
    found: list[Finding] = []
    missing = None
    try:
        program = find_program(linter.program, root, linter.get)
        read = [source for source in sources if linter.reads(source)]
        asked = tuple(s for s in read if len(s.text) <= linter.characters_at_most)
        missing = _too_long(len(read) - len(asked), linter)
        found.extend(_findings(linter, Desk(program, root, asked, family)))
        found = _heard(linter, Desk(program, root, asked, family, heeds_comments=True), found)
    except NotRun as reason:
        missing = str(reason)
    except OSError as error:
        missing = f"no room to work in: {error.strerror}"
    except Exception as error:
        missing = f"its answer has a form that is not known here: {type(error).__name__}"
    return Linted(linter, tuple(_few_alike(found)), missing)


def _too_long(count: int, linter: Linter) -> str | None:
    """Why the rest of the findings is not all that there might be."""
    files = "1 file is" if count == 1 else f"{count} files are"
    more = f"longer than {linter.characters_at_most:,} characters"
    return f"{files} {more}; the others were judged" if count else None


def _findings(linter: Linter, desk: Desk) -> Iterator[Finding]:
    """One look, in a folder that is gone afterwards."""
    if desk.sources:
        with TemporaryDirectory(prefix="opsready-") as folder:
            for finding in linter.lint(replace(desk, folder=Path(folder))):
                yield replace(finding, line=max(1, finding.line), tool=linter.id)


def _heard(linter: Linter, desk: Desk, found: Sequence[Finding]) -> list[Finding]:
    """The first look heeded no comment. A second one, at the files that hold such comments, does:
    what it leaves out they silence. None silences a blocker: whoever is judged could write it."""
    pattern = linter.silenced_by
    blamed = {finding.path for finding in found}
    asking = tuple(
        s for s in desk.sources if s.path in blamed and pattern and pattern.search(s.text)
    )
    said = Counter(_identity(f) for f in _findings(linter, replace(desk, sources=asking)))
    paths = {source.path for source in asking}
    return [_weighed(f, said, linter.id) if f.path in paths else f for f in found]


def _weighed(finding: Finding, said: Counter[tuple[str, str, int, str]], tool: str) -> Finding:
    if finding.severity is Severity.BLOCKER or said[_identity(finding)]:
        return finding
    return finding.suppressed_by(SILENCED.format(tool))


def _identity(finding: Finding) -> tuple[str, str, int, str]:
    return finding.check, finding.path, finding.line, finding.message


def _few_alike(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of one rule in one file the first; the last of them says how many follow."""
    total = Counter((finding.check, finding.path) for finding in findings)
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = finding.check, finding.path
        seen[key] += 1
        more = total[key] - _ALIKE_IN_A_FILE
        if seen[key] == _ALIKE_IN_A_FILE and more > 0:
            finding = replace(finding, message=f"{finding.message} (and {more} more in this file)")
        if seen[key] <= _ALIKE_IN_A_FILE:
            yield finding
