"""What a text says of a dependency that fails: whether it is critical, and what users see."""

import re
from dataclasses import dataclass

_NOT_CRITICAL = re.compile(
    r"\b(optional(?:ly)?|non-?critical|un-?critical|(?:not|isn't|never) (?:a )?(?:hard |strictly )?"
    r"(?:critical|required|mandatory|essential|necessary)|soft dependency|best[- ]effort|degrad\w+"
    r"|nice to have|(?:can|could) (?:\w+ )?(?:run|work|live|serve|start|do) without|only a cache"
    r"|fails? open|falls? back|survives? without)\b",
    re.IGNORECASE,
)
_CRITICAL = re.compile(
    r"\b(critical|required|mandatory|essential|hard dependency|source of (?:truth|record)"
    r"|system of record|(?:cannot|can't|can not|does not|will not) (?:\w+ )?(?:run|work|live|serve"
    r"|start|do) without)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"^(yes|y|true|hard|high|must|tier[- ]?[01]|✅|✔️?|x)\b", re.IGNORECASE)
_NO = re.compile(r"^(no|n|false|soft|low|medium|tier[- ]?[234]|❌|✗|-|–|—)(\b|$)", re.IGNORECASE)
_DOWN = (
    r"(?:down|unavailable|not available|unreachable|not reachable|gone|lost|offline|slow|dead"
    r"|broken|failing|out)"
)
_OUTAGE = re.compile(
    r"^\W*(?:(?:if|when|while|whenever|once|should)\s+)"
    r"(?:the\s+|an?\s+|our\s+)?(?P<of>[^,:]{2,60}?)\s+"
    rf"(?:(?:is|are|goes|go|becomes|gets|be|were)\s+{_DOWN}|fails?|times? out"
    r"|does not (?:answer|respond))"
    r"(?:\s+[^,:]{0,40}?)?\s*[,:—–-]\s*(?:then\s+)?(?P<effect>.{5,})$"
    r"|^\W*(?:without\s+(?:the\s+|an?\s+)?)(?P<missing>[^,:]{2,40}?)\s*,\s*(?P<then>.{5,})$"
    r"|^\W*(?:the\s+)?(?P<what>[^,:]{2,40}?)\s+(?:is\s+)?"
    rf"(?:{_DOWN}|outage|failure|fails)\s*(?::|→|->|=>|—|–)\s*(?P<so>.{{5,}})$",
    re.IGNORECASE,
)
_IT = re.compile(
    rf"\b(?:if|when|while)\s+(?:(?:it|this|that)(?:\s+is|'s)\s+)?{_DOWN}\s*[,:]?\s*(?P<effect>.{{5,}})$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Outage:
    """A dependency, in the text's words, and what becomes of users without it."""

    of: str
    effect: str


def criticality(text: str) -> bool | None:
    """Whether the service can do its work without it; None where the text does not say."""
    if _NOT_CRITICAL.search(text):
        return False
    return True if _CRITICAL.search(text) else None


def criticality_of_cell(cell: str) -> bool | None:
    """The same of a cell below a title such as "Critical?"."""
    said = criticality(cell)
    if said is not None:
        return said
    if _YES.match(cell.strip()):
        return True
    return False if _NO.match(cell.strip()) else None


def outage_in(sentence: str) -> Outage | None:
    """ "If Redis is down, reads go to PostgreSQL" and the like."""
    match = _OUTAGE.match(sentence)
    if match is None:
        return None
    of = match["of"] or match["missing"] or match["what"]
    effect = match["effect"] or match["then"] or match["so"]
    return Outage(of.strip(), effect.strip().rstrip("."))


def effect_in(text: str) -> str | None:
    """What follows "when it is down", in a text that has said what "it" is."""
    match = _IT.search(text)
    return match["effect"].strip().rstrip(".") if match else None
