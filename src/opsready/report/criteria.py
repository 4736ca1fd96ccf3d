"""What can be said of criteria: verifiable and by what, or vague and what to write instead."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from opsready.verdict.compiler.compile import Part
from opsready.verdict.sentences import Stated

_WIDTH = 96
_OF_THE_STAGE = "; no unit of the tree states one, so these are the stage's own"


def criteria_fields(stated: Sequence[Stated]) -> dict[str, Any]:
    """The fields of the JSON object. `fault` is null for what can be verified; `clauses` are the
    parts of the sentence, each with what decides it or what is wrong with it."""
    return {
        "criteria": [
            {
                "text": each.compiled.text,
                "path": each.path or None,
                "line": each.line or None,
                "verifiable": each.compiled.verifiable,
                "by": list(each.compiled.by),
                "why": each.compiled.why,
                "suggestion": each.compiled.suggestion,
                "fault": str(each.compiled.fault) if each.compiled.fault else None,
                "clauses": [_clause(part) for part in each.compiled.parts],
            }
            for each in stated
        ]
    }


def _clause(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "means": list(part.meanings),
        "by": list(part.by),
        "fault": str(part.fault) if part.fault else None,
        "why": part.why,
        "unread": list(part.unread),
    }


def criteria_text(stated: Sequence[Stated]) -> str:
    """How many can be verified, then each with its place."""
    good = sum(each.compiled.verifiable for each in stated)
    own = "" if any(each.path for each in stated) else _OF_THE_STAGE
    lines = [f"{good} of {len(stated)} criteria can be verified{own}"]
    for each in stated:
        lines += ["", *_one(each)]
    return "\n".join(lines)


def _one(stated: Stated) -> Iterator[str]:
    compiled = stated.compiled
    mark = "verifiable" if compiled.verifiable else str(compiled.fault)
    place = f"{stated.path}:{stated.line}: " if stated.path else ""
    yield from _wrapped(f"{place}{compiled.text}", f"{mark:12} ")
    yield from _wrapped(compiled.why, " " * 13)
    if compiled.suggestion:
        yield from _wrapped(compiled.suggestion, " " * 13 + "write: ")


def _wrapped(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * 13,
        break_long_words=False,
        break_on_hyphens=False,
    )
