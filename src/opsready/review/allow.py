"""Allowances: `# opsready: allow <check> until <date>: <reason>` beside what a check would report.

An allowance is a decision of the owner, with a reason and an end. One that lacks either, or
that has ended, allows nothing and is itself a finding (`void-allowance`).
"""

import difflib
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from opsready.review.finding import Finding
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

MARK = "opsready: allow"
FORM = "opsready: allow <check> until <YYYY-MM-DD>: <reason>"
_COMMENT = re.compile(rf"(?:^|\s)(?:#|//|--|;|/\*|\{{\{{/\*|<!--)\s*({MARK}\b.*)$")
_HTML_COMMENT = re.compile(rf"<!--\s*({MARK}\b.*?)-->")
_WORDS = re.compile(
    rf"{MARK}\s*(?P<check>[\w/-]*)"
    r"(?:\s+until\s+(?P<until>[^:]+?))?\s*(?::\s*(?P<reason>.*))?$"
)
_OPENERS = ("#", "//", "--", ";", "/*", "{{/*", "<!--")
_CLOSERS = re.compile(r"\s*(-->|\*/(\}\})?)\s*$")


@dataclass(frozen=True)
class Allowance:
    """What a comment allows. `line` is the comment's, `covers` the line that it speaks of."""

    path: str
    line: int
    covers: int
    check: str
    until: str
    reason: str

    def fault(self, today: date, known: Collection[str]) -> str | None:
        """Why it allows nothing; None where it stands."""
        linter, slash, rule = self.check.partition("/")
        if f"{self.check}/" in known or (not rule and slash and self.check in known):
            return f"it names no rule of {linter}, as `{linter}/<rule>`"
        if self.check not in known and linter + slash not in known:
            near = difflib.get_close_matches(self.check, [id for id in known if "/" not in id], 1)
            return f"no check is called `{self.check}`" + (f"; `{near[0]}` is" if near else "")
        if not self.until:
            return "it has no end"
        try:
            end = date.fromisoformat(self.until)
        except ValueError:
            return f"`{self.until}` is no date"
        if end < today:
            return f"it ended on {self.until}"
        return None if self.reason else "it gives no reason"

    def speaks_of(self, finding: Finding) -> bool:
        """Whether it stands on the finding's line or right above it."""
        at = (finding.check, finding.path)
        return at == (self.check, self.path) and finding.line in (self.line, self.covers)


def read_allowances(bundle: Bundle) -> list[Allowance]:
    """Every allowance in a comment of the bundle, valid or not."""
    marked = (source for source in bundle.sources if MARK in source.text)
    return [allowance for source in marked for allowance in _allowances_in(source)]


def allow(findings: list[Finding], allowances: list[Allowance]) -> list[Finding]:
    """The findings, those that an allowance speaks of suppressed with its reason."""
    return [_allowed(finding, allowances) for finding in findings]


def _allowed(finding: Finding, allowances: list[Allowance]) -> Finding:
    for allowance in allowances:
        if allowance.speaks_of(finding):
            return finding.suppressed_by(f"allowed until {allowance.until}: {allowance.reason}")
    return finding


def _allowances_in(source: Source) -> Iterator[Allowance]:
    comments = dict(_comments(source))
    lines = source.text.splitlines()
    for line, comment in comments.items():
        words = _WORDS.match(_CLOSERS.sub("", comment))
        if words is None:
            continue
        alone = lines[line - 1].lstrip().startswith(_OPENERS)
        covers = line
        while alone and covers in comments:
            covers += 1
        found = {key: (value or "").strip() for key, value in words.groupdict().items()}
        yield Allowance(source.path, line, covers, **found)


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    """Line and text of each comment with the mark: a string or an example that quotes one is
    none, so Python is tokenised and Markdown has HTML comments outside fences only."""
    if source.kind is Kind.PYTHON:
        yield from _python_comments(source.text)
        return
    fenced = False
    for line, text in enumerate(source.text.splitlines(), start=1):
        if source.kind is Kind.MARKDOWN:
            fenced ^= text.lstrip().startswith(("```", "~~~"))
            found = None if fenced else _HTML_COMMENT.search(text)
        else:
            found = _COMMENT.search(text) if MARK in text else None
        if found:
            yield line, found[1]


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and MARK in token.string:
                yield token.start[0], token.string[token.string.index(MARK) :]
    except (tokenize.TokenError, SyntaxError):
        return
