"""What a page says that a command prints, as far as a machine can hold the output against it.

`Expect: nothing` · `200` · `ACTIVE *` (`*` is any text) · at least `2` · at most `1` % of
`$REQUESTS` · no `unable to` · several of these joined by "and" or "or". A block of text below
`Expect:` is lines that all stand in the output. What follows the sentence is for people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsready.documents.typed import filled

_OPENS = re.compile(
    r"^\W*\**(?:expect(?:ed|s)?(?: output| result)?|should (?:print|show|return)|prints|output)\**"
    r"\s*:\**\s*",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?P<nothing>\b(?:nothing|no output|empty)\b)"
    r"|(?P<bound>at least|at most|more than|fewer than|less than|below|above)\s+`(?P<figure>[^`]+)`"
    r"(?:\s*(?P<share>%|percent|times)?\s*(?:of\s+)?`(?P<whole>\$\w+)`)?"
    r"|(?P<no>\bno\s+)?`(?P<text>[^`]+)`",
    re.IGNORECASE,
)
_END = re.compile(r"[.;:](?:\s|$)|\b(?:otherwise|if|where|which|that|who)\b")
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# What AWS's command line prints for null.
_ZERO = frozenset({"", "none", "null"})


@dataclass(frozen=True)
class Expected:
    """One thing that is expected: `kind` is nothing, line, no, or a bound in words."""

    kind: str
    text: str = ""
    whole: str = ""
    per_cent: bool = False

    def why_not(self, output: str, values: Mapping[str, str]) -> str:
        """What the output says instead; "" where it is as expected."""
        lines = [line.strip() for line in output.strip().splitlines()]
        if self.kind == "nothing":
            return f"nothing was expected, and it printed {_short(output)}" if lines else ""
        if self.kind == "line":
            wanted = filled(self.text, values)
            found = any(_pattern(wanted).fullmatch(" ".join(line.split())) for line in lines)
            return "" if found else f"`{wanted}` was expected, and it printed {_short(output)}"
        if self.kind == "no":
            unwanted = filled(self.text, values)
            bad = next((line for line in lines if unwanted.lower() in line.lower()), None)
            return f"no `{unwanted}` was expected, and it printed {_short(bad)}" if bad else ""
        return self._bound(output, values)

    def _bound(self, output: str, values: Mapping[str, str]) -> str:
        said, bound = _number(output), _number(filled(self.text, values))
        if said is None or bound is None:
            return f"a number was expected, and it printed {_short(output)}"
        if self.whole:
            whole = _number(values.get(self.whole[1:], ""))
            if whole is None:
                return f"`{self.whole}` is no number"
            bound = bound * whole / (100 if self.per_cent else 1)
        fits = {
            "at least": said >= bound,
            "at most": said <= bound,
            "more than": said > bound,
            "above": said > bound,
        }.get(self.kind, said < bound)
        return "" if fits else f"{self.kind} {bound:g} was expected, and it printed {said:g}"


@dataclass(frozen=True)
class Expectation:
    """All that one sentence or block expects; with `any_of` one of it is enough."""

    parts: tuple[Expected, ...]
    text: str
    line: int
    any_of: bool = False

    def why_not(self, output: str, values: Mapping[str, str]) -> str:
        """What is not as expected; "" where all is."""
        said = [part.why_not(output, values) for part in self.parts]
        if self.any_of and "" in said:
            return ""
        return next((why for why in said if why), "")


def opens(line: str) -> bool:
    """Whether a line begins to say what is expected."""
    return bool(_OPENS.match(line))


def read_expectation(sentence: str, line: int) -> Expectation | None:
    """What a sentence that opens so expects; None where no machine can tell."""
    said = _OPENS.sub("", sentence, count=1)
    parts, end = [], 0
    between = ""
    while (found := _PART.search(said, end)) and not _END.search(said[end : found.start()]):
        between += said[end : found.start()]
        parts.append(_expected(found))
        end = found.end()
    text = " ".join(said[:end].split())
    return Expectation(tuple(parts), text, line, bool(_OR.search(between))) if parts else None


def read_shown(text: str, line: int) -> Expectation | None:
    """What a block of output expects: its lines, without those that stand for any others."""
    lines = [" ".join(shown.split()) for shown in text.splitlines()]
    wanted = tuple(Expected("line", shown) for shown in lines if shown.strip(".… "))
    return Expectation(wanted, " · ".join(lines), line) if wanted else None


def _expected(found: re.Match[str]) -> Expected:
    if found["nothing"]:
        return Expected("nothing")
    if found["bound"]:
        per_cent = found["share"] in {"%", "percent"}
        return Expected(found["bound"].lower(), found["figure"], found["whole"] or "", per_cent)
    return Expected("no" if found["no"] else "line", found["text"])


def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(
        ".*".join(re.escape(part) for part in re.split(r"\*|…", " ".join(wanted.split())))
    )


def _number(text: str) -> float | None:
    bare = text.strip().strip('"')
    if bare.lower() in _ZERO:
        return 0.0 if bare else None
    return float(bare) if _NUMBER.fullmatch(bare) else None


def _short(text: str) -> str:
    one = " ".join(text.split())
    return f"`{one if len(one) <= 80 else one[:77] + '…'}`" if one else "nothing"
