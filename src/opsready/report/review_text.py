"""A review as a person reads it: the sum first, then each fault with its line and its remedy."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from opsready.review.finding import Finding, Severity
from opsready.review.review import Review
from opsready.sources.source import Bundle

_WIDTH = 96
_COUNTED = {
    Severity.BLOCKER: ("blocker", "blockers"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.ADVICE: ("piece of advice", "pieces of advice"),
}
_TITLES = {
    Severity.BLOCKER: "BLOCKERS: not ready while one of these stands",
    Severity.WARNING: "WARNINGS: mend these soon",
    Severity.ADVICE: "ADVICE: consider these",
}
_COLOURS = {Severity.BLOCKER: "31", Severity.WARNING: "33", Severity.ADVICE: "36"}
_QUOTED_AT_MOST = 88
_ON_ONE_LINE_AT_MOST = 3
_OURS = "opsready"


def review_text(review: Review, bundle: Bundle, *, coloured: bool = False) -> str:
    """Grouped by severity, then by file; a linter's, of which there may be hundreds, by rule.
    Allowed and known findings are counted, not shown.

    A line on which something secret or of one environment was found is not quoted. What was not
    run or not read stands at the end, so that nobody takes it for clean.
    """
    lines = [_sum(review, bundle)]
    unquotable = {(f.path, f.line) for f in review.findings if f.mandate == "OPS-2"}
    for severity in Severity:
        found = [finding for finding in review.standing if finding.severity is severity]
        if found:
            lines += ["", _shaded(_TITLES[severity], _COLOURS[severity], coloured=coloured)]
            whole = [f for f in found if f.tool == _OURS or severity is Severity.BLOCKER]
            for path, group in groupby(whole, key=lambda finding: finding.path):
                lines += ["", _shaded(path, "1", coloured=coloured)]
                for finding in group:
                    lines += _finding(finding, bundle, unquotable)
            for rule, alike in _by_rule(found if severity is not Severity.BLOCKER else ()):
                lines += ["", _shaded(rule, "1", coloured=coloured), *_of_rule(alike)]
    return "\n".join([*lines, *_not_run(review), *_not_read(bundle)])


def _sum(review: Review, bundle: Bundle) -> str:
    standing = review.standing
    counts = [
        f"{number} {_COUNTED[severity][number != 1]}"
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in standing))
    ]
    files = len({finding.path for finding in standing})
    said = f"{_joined(counts)} in {_files(files)}"
    nothing = f"nothing found by {len(review.ran)} checks in {_files(len(bundle.sources))}"
    parts = [said if counts else nothing]
    hidden = len(review.findings) - len(standing)
    if hidden:
        parts.append(f"{hidden} allowed or known before")
    if review.not_run:
        count = len(review.not_run)
        parts.append(f"{count} {'check' if count == 1 else 'checks'} not run")
    if bundle.not_read():
        parts.append(f"{len({one.path for one in bundle.not_read()})} not read")
    return "; ".join(parts)


def _files(number: int) -> str:
    return f"{number} {'file' if number == 1 else 'files'}"


def _finding(finding: Finding, bundle: Bundle, unquotable: set[tuple[str, int]]) -> Iterator[str]:
    place = f"{finding.line:>5}  "
    yield from _wrapped(f"{finding.message}  [{finding.check}]", place)
    source = bundle.source(finding.path)
    lines = source.text.splitlines() if source else []
    if 1 <= finding.line <= len(lines) and (finding.path, finding.line) not in unquotable:
        quoted = lines[finding.line - 1].strip()
        if quoted:
            yield "       | " + _cut(quoted)
    for related in finding.related[:_ON_ONE_LINE_AT_MOST]:
        yield from _wrapped(f"{related.path}:{related.line}: {related.message}", "       see ")
    yield from _wrapped(finding.remedy, "       → ")


def _by_rule(found: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """A linter's findings, the rules in order."""
    theirs = sorted((f for f in found if f.tool != _OURS), key=lambda finding: finding.check)
    for rule, group in groupby(theirs, key=lambda finding: finding.check):
        yield rule, list(group)


def _of_rule(alike: Sequence[Finding]) -> Iterator[str]:
    """What it says, the first places, and what to do."""
    first = alike[0]
    places = [f"{finding.path}:{finding.line}" for finding in alike[:_ON_ONE_LINE_AT_MOST]]
    more = len(alike) - len(places)
    rest = f" and {more} more; --format json lists all" if more else ""
    yield from _wrapped(first.message, "       ")
    yield from _wrapped(f"{', '.join(places)}{rest}", "       see ")
    yield from _wrapped(first.remedy, "       → ")


def _wrapped(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cut(line: str) -> str:
    folded = re.sub(r"\s+", " ", line)
    return folded if len(folded) <= _QUOTED_AT_MOST else folded[: _QUOTED_AT_MOST - 1] + "…"


def _not_run(review: Review) -> Iterator[str]:
    if review.not_run:
        yield ""
        yield "NOT RUN"
        alike: dict[str, list[str]] = {}
        for missing in review.not_run:
            alike.setdefault(missing.why, []).append(missing.check)
        for why, ids in alike.items():
            yield from _wrapped(f"{', '.join(ids)}: {why}", "       ")


def _not_read(bundle: Bundle) -> Iterator[str]:
    if bundle.not_read():
        yield ""
        yield "NOT READ"
        for one in bundle.not_read():
            place = f"{one.path}:{one.line}" if one.line else one.path
            yield from _wrapped(f"{place}: {one.why}", "       ")


def _joined(counts: Sequence[str]) -> str:
    return (
        counts[0]
        if len(counts) == 1
        else ", ".join(counts[:-1]) + " and " + counts[-1]
        if counts
        else ""
    )


def _shaded(text: str, colour: str, *, coloured: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured else text
