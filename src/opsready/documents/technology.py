"""The stores, queues and servers that a text speaks of, and whether it says that they are used.

A text names many things that it does not mean: what was rejected, replaced, or might come one
day. A mention counts as denied where its own clause says so.
"""

import re
from dataclasses import dataclass

# Kinds as `facts` spell them, each with the names by which people call it.
_NAMES = {
    "postgresql": r"postgres(?:ql)?|aurora postgres(?:ql)?|pgbouncer",
    "mysql": r"mysql|mariadb|percona",
    "redis": r"redis|valkey|elasticache",
    "memcached": r"memcached?",
    "mongodb": r"mongo ?db|mongo|documentdb",
    "kafka": r"kafka|redpanda|msk",
    "rabbitmq": r"rabbit ?mq",
    "nats": r"nats",
    "sqs": r"sqs",
    "elasticsearch": r"elastic ?search|open ?search",
    "dynamodb": r"dynamo ?db",
    "cassandra": r"cassandra|scylla(?:db)?",
    "s3": r"s3|minio",
    "smtp": r"smtp",
}
_ANY = re.compile(
    "|".join(
        rf"(?P<{kind}>(?<![\w./@-])(?:{names})(?![\w@]|://|\.\w))" for kind, names in _NAMES.items()
    ),
    re.IGNORECASE,
)
# Before a name, with at most a list of other names between: the name is what was not chosen.
_REFUSED = re.compile(
    r"\b(?:against|except|no|not|never|neither|nor|don't|doesn't|didn't|isn't|aren't|cannot|can't"
    r"|no longer|former(?:ly)?|previous(?:ly)?|legacy|old|avoid(?:s|ed|ing)?|consider(?:s|ed|ing)?"
    r"|evaluat(?:ed|es|ing)|discard(?:ed|s|ing)?|rul(?:ed|es|ing) out|reject(?:ed|s|ing)?"
    r"|drop(?:ped|s|ping)?|remov(?:ed|es|ing)|retir(?:ed|es|ing)|deprecat(?:ed|es|ing)"
    r"|replac(?:es|ed|ing|e|ement for)|alternatives?(?: to| are| is|:)?)\s+(?P<between>.{0,60})$",
    re.IGNORECASE,
)
# The same in a contrast, where a comma or "to" leads on to what was chosen.
_CONTRASTED = re.compile(
    r"\b(?:instead of|rather than|as opposed to|in place of|unlike|without|compared (?:to|with)"
    r"|similar to|like|such as|e\.g\.|vs\.?|versus|mov(?:ed|es|ing) off"
    r"|(?:migrat\w+|mov\w+|switch\w*|transition\w*|port\w*|away|off)\s+(?:\w+\s+){0,3}?from"
    r"|(?:chose|choose|chosen|prefer\w*|pick\w*|select\w*|favou?r\w*)\b.*\bover)"
    r"\s+(?P<between>.{0,60})$",
    re.IGNORECASE,
)
# Words that may stand between, so that the clause is still the same.
_WORDS = (
    r"a|an|the|any|our|own|its|another|use|using|of|or|nor|and(?! use| chose| went)|both|either"
    r"|requires?|needs?|for|depend on|rely on|in|on|into|stored?|have|add|adding|run|running|hosted"
    r"|self-hosted|managed|separate|external|dedicated|additional|extra|second|local|cache"
    r"|database|queue|broker|cluster|instance|server|aws|amazon|google|azure|apache|[/&]|"
) + "|".join(_NAMES.values())
_SAME_CLAUSE = re.compile(rf"(?:(?:{_WORDS}|to|connect|talk|,)\s*)*", re.IGNORECASE)
_SAME_CONTRAST = re.compile(rf"(?:(?:{_WORDS})\s*)*", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"\s+or\s+(?:sqlite|in-memory|files?\b|another|" + "|".join(_NAMES.values()) + r")"
    r"|\s*(?:\([^)]*\)\s*)?(?:(?:and|or|,|/)\s*[\w ]{1,20}?\s*)?"
    r"(?:(?:is|are|was|were|has been|have been|will be|would be|got|gets|had been)\s+"
    r"(?:(?:also|then|later|since|being|briefly|initially)\s+)*"
    r"(?:not|never|no longer|rejected|remov|dropp|replac|deprecat|consider|evaluat|ruled out"
    r"|discard|retir|overkill|out of scope|too |phased out|abandon|decommission|gone\b|unused"
    r"|unnecessary)"
    r"|\((?:rejected|considered|evaluated|not |no longer|removed|dropped|planned|future|later"
    r"|legacy|deprecated|tbd)\b|rejected\b|,?\s*(?:now |since )?replaced (?:by|with)\b"
    r"|(?:does|do|did) not\b|(?:doesn't|isn't|wasn't|won't)\b"
    r"|\s*[:—–-]\s*(?:rejected|not |no\b|considered|removed|dropped|out of scope|future|later))",
    re.IGNORECASE,
)
# "PostgreSQL or SQLite": whichever somebody chooses.
_ANY_NAME = "|".join(_NAMES.values())
_LEFT_OPEN = re.compile(rf"\b(?:sqlite|in-memory|{_ANY_NAME})\s+or\s+$", re.IGNORECASE)
_MAYBE = re.compile(
    r"\b(?:could|might|would|may (?:use|add|need|switch|move)|if we|in (?:the )?future|someday"
    r"|one day|eventually|planned|plan to|later on|roadmap|next (?:quarter|year|version)|v2|todo"
    r"|to be (?:decided|added)|candidates?|whether to|should we|proposal|propose[sd]?"
    r"|used to (?:use|be|run|have)|no longer|historically|originally|until 20\d\d"
    r"|for (?:example|instance))\b|\?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A technology named in a text. `is_denied`: the text says that it is not, no longer, or not
    yet used, or leaves open whether it is this or another."""

    kind: str
    name: str
    start: int
    is_denied: bool


def is_named(kind: str, text: str) -> bool:
    """Whether a text of any length so much as holds one of the names of this kind."""
    return bool(re.search(rf"(?<![A-Za-z])(?:{_NAMES[kind]})(?![a-z])", text, re.IGNORECASE))


def mentions(text: str) -> list[Mention]:
    """Every technology that one sentence names, in its order."""
    is_maybe = bool(_MAYBE.search(text))
    return [
        Mention(
            str(match.lastgroup),
            match[0],
            match.start(),
            is_maybe or _is_denied(text, match.start(), match.end()),
        )
        for match in _ANY.finditer(text)
    ]


def _is_denied(text: str, start: int, end: int) -> bool:
    for signs, same_clause in ((_REFUSED, _SAME_CLAUSE), (_CONTRASTED, _SAME_CONTRAST)):
        before = signs.search(text[:start])
        if before is not None and same_clause.fullmatch(before["between"]):
            return True
    return bool(_DENIED_AFTER.match(text[end:]) or _LEFT_OPEN.search(text[:start]))
