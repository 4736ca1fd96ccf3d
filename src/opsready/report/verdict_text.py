"""A verdict on one screen: ready or not, what broke, what is open, within what scope, what next."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from opsready.hats.pack import UNWRITTEN
from opsready.verdict.criterion import Status
from opsready.verdict.judge import Judged, Verdict
from opsready.verdict.next_step import next_step
from opsready.verdict.weakening.weakening import Weakening
from opsready.verdict.weigh import NOT_YET

_WIDTH = 96
_UNMET_AT_MOST = 5
_REASONS_AT_MOST = 8
_ASSUMED_AT_MOST = 3
_RED, _YELLOW, _GREEN, _BOLD = "31", "33", "32", "1"


def weakenings_text(weakenings: Sequence[Weakening], ref: str) -> str:
    """What needs less than at `ref`, one a line."""
    if not weakenings:
        return f"Nothing became weaker since {ref}."
    lines = [f"Weaker than at {ref}: {len(weakenings)}"]
    for weakening in weakenings:
        lines += _wrapped(str(weakening), "  · ", 3)
    return "\n".join(lines)


def verdict_text(verdict: Verdict, *, coloured: bool = False) -> str:
    """The first line says it all; `coloured` where a person looks at a terminal."""
    lines = [_headline(verdict, coloured=coloured)]
    unmet, unproven = verdict.of(Status.UNMET), verdict.of(Status.UNPROVEN)
    lines += [*_false(unmet), *_open(unproven)]
    lines += _met(verdict)
    lines += _scope(verdict)
    lines += _assumed(verdict)
    lines += ["", *_wrapped(next_step(verdict), _shade("Next: ", _BOLD, coloured=coloured), 2)]
    return "\n".join(lines)


def _headline(verdict: Verdict, *, coloured: bool) -> str:
    unmet, unproven = len(verdict.of(Status.UNMET)), len(verdict.of(Status.UNPROVEN))
    count = f"of {len(verdict.criteria)} criteria"
    if verdict.ready:
        said = f"READY: every one of {len(verdict.criteria)} criteria is met"
        return _shade(said, _GREEN, coloured=coloured)
    if unmet:
        beside = f", and {unproven} are not shown" if unproven else ""
        said = f"NOT READY: {unmet} {count} {_are(unmet)} shown to be false{beside}"
        return _shade(said, _RED, coloured=coloured)
    said = f"NOT PROVEN: nothing broke, and {unproven} {count} {_are(unproven)} not shown yet"
    return _shade(said, _YELLOW, coloured=coloured)


def _false(unmet: Sequence[Judged]) -> Iterator[str]:
    if unmet:
        yield ""
        yield "Shown to be false"
    for each in unmet[:_UNMET_AT_MOST]:
        yield from _wrapped(f"{each.criterion.must}  [{each.criterion.id}]", "  · ", 1)
        yield from _wrapped(each.judgement.why, "      ", 2)
    yield from _more(len(unmet) - _UNMET_AT_MOST)


def _open(unproven: Sequence[Judged]) -> Iterator[str]:
    """Reasons rather than criteria: what is missing once often keeps many of them open."""
    reasons = Counter(reason for each in unproven for reason in set(each.judgement.reasons))
    later = [reason for reason in reasons if reason.endswith(NOT_YET)]
    named = [(reason, count) for reason, count in reasons.most_common() if reason not in later]
    named.sort(key=lambda told: not told[0].startswith(UNWRITTEN))  # it explains many of the rest
    if unproven:
        yield ""
        yield "Not shown yet, because"
    for reason, count in named[:_REASONS_AT_MOST]:
        yield from _wrapped(f"{reason}{f'  ({count} criteria)' if count > 1 else ''}", "  · ", 2)
    yield from _more(len(named) - _REASONS_AT_MOST)
    if later:
        names = ", ".join(reason.split()[3].rstrip(",") for reason in later)
        yield from _wrapped(f"this version of opsready cannot try yet: {names}", "  · ", 3)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  · and {count} more; --format json lists all"


def _met(verdict: Verdict) -> Iterator[str]:
    met = verdict.of(Status.MET)
    if met and not verdict.ready:
        yield ""
        yield from _wrapped(", ".join(each.criterion.id for each in met), "Met: ", 2)


def _scope(verdict: Verdict) -> Iterator[str]:
    scope = verdict.scope
    yield ""
    if scope.shown:
        yield from _wrapped("; ".join(scope.shown), "Tried here, and held: ", 4)
    else:
        yield "Nothing was shown by running it on this machine."
    yield from _wrapped("; ".join(scope.not_shown), "Not shown by any of it: ", 4)


def _assumed(verdict: Verdict) -> Iterator[str]:
    assumed = verdict.assumptions
    if assumed:
        shown = [(key, _short(value)) for key, value, _ in assumed[:_ASSUMED_AT_MOST]]
        first = ", ".join(f"{key} = {value}" for key, value in shown)
        more = len(assumed) - _ASSUMED_AT_MOST
        rest = f", and {more} more (opsready init writes them down)" if more > 0 else ""
        yield ""
        yield from _wrapped(first + rest, "Assumed: ", 2)


def _short(value: object) -> str:
    return textwrap.shorten(str(value), 40, placeholder=" …")


def _wrapped(text: str, head: str, lines: int) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * (len(head) - len(head.lstrip()) + 2),
        max_lines=lines,
        placeholder=" …",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _shade(text: str, colour: str, *, coloured: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured else text
