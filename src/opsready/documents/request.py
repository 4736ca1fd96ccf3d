"""What running text says of HTTP: the request that it names, the status that it expects."""

import re
from dataclasses import dataclass

CHARACTERS_AT_MOST = 2_000

_METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_TARGET = r"[\"'`“]?(?:https?://[\w.:-]+)?(?P<path>/[^\s\"'`”,;()]*)"
# "POST /orders", "a POST to `/orders`", "sends a post request to '/orders'", "PUT request is made
# to …". Small letters are a method only before the word "request".
_REQUEST = re.compile(
    rf"\b(?P<method>(?:{_METHODS})|(?i:{_METHODS})(?=\s+requests?\b))s?\b"
    rf"(?:\s+requests?)?(?:\s+(?:is|are|was)\s+(?:made|sent|issued))?"
    rf"(?:\s+(?:to|on|at|for|against|from))?(?:\s+the)?(?:\s+(?:endpoint|route|path|url|URL))?"
    rf"\s*{_TARGET}"
)
# "requests `/orders`", "visits the page '/orders'": no method said, so the one of a browser.
_VISIT = re.compile(
    rf"\b(?:requests?|visits?|fetch(?:es)?)\s+(?:the\s+)?(?:url|page|endpoint|route|path)?\s*{_TARGET}",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(no|not|never|without|cannot|nor)\b|n't\b", re.IGNORECASE)
_CLIENT = re.compile(
    r"\b(I|we|clients?|users?|customers?|callers?|visitors?|admin\w*|someone|anyone|they|browser)\b",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"(?<=/)(?::(\w+)|<(?:\w+:)?(\w+)>|\$\{?(\w+)\}?|\{(\w+)[:*][^}]*\})")

_STATUS = re.compile(
    r"(?P<said>\b(?:status(?:[ _-]?code)?|http|code)\b[^.\d]{0,40}?"
    r"|\b(?:respon\w*|returns?|returned|answers?|answered|repl(?:y|ies|ied)|receives?|gets?|got"
    r"|reject\w*|fails?|refus\w*)\b[^.\d]{0,30}?)"
    r"[\"'`]?\b(?P<status>[1-5]\d\d)\b[\"'`]?(?P<after>[^\n]*)",
    re.IGNORECASE,
)
# What may follow a number that is a status; "returns 200 items" and "within 500 ms" are none.
_AFTER_STATUS = re.compile(
    r"\s*$|\s*[.,;:)!]|\s+(?-i:[A-Z])|\s+(?:with|and|but|within|in|for|when|if|status|response|code"
    r"|errors?|the|to|because|until|as|while|that)\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\s*(?:or|/|-|to|,)\s*[\"'`]?[1-5]\d\d\b")

_OPEN = re.compile(r"\{[^}]*\}|<[^>]*>|:\w+|\*\w*|\$\{?\w+\}?|…")


@dataclass(frozen=True)
class Request:
    """A request that a text names, with parameters of the path as `{name}`; `offset` is where."""

    method: str
    path: str
    offset: int


def requests_in(text: str) -> list[Request]:
    """Every request that the text says is made, in its order; denied ones are left out. A text
    that is too long for a sentence names none."""
    if len(text) > CHARACTERS_AT_MOST:
        return []
    found = list(_REQUEST.finditer(text)) or list(_VISIT.finditer(text))
    return [
        Request(match.groupdict().get("method", "GET").upper(), _path(match["path"]), match.start())
        for match in found
        if not _NEGATED.search(text[: match.start()]) and not match["path"].startswith("//")
    ]


def is_made_by_a_client(text: str, request: Request) -> bool:
    """Whether the words before the request name somebody outside the service as its sender."""
    return bool(_CLIENT.search(text[: request.offset]))


def status_in(text: str) -> int | None:
    """The one status that the text expects; None where it names none, denies it, or offers a
    choice."""
    if len(text) > CHARACTERS_AT_MOST:
        return None
    for match in _STATUS.finditer(text):
        denied = _NEGATED.search(text[: match.start("status")])
        choice = _ALTERNATIVE.match(match["after"])
        if _AFTER_STATUS.match(match["after"]) and not denied and not choice:
            return int(match["status"])
    return None


def _path(written: str) -> str:
    """The path with its parameters in one spelling, without the stop that ends a sentence."""
    path = written.rstrip(".?!:") or "/"
    return _PARAMETER.sub(lambda match: "{" + next(filter(None, match.groups())) + "}", path)


def leads_to(route: str, path: str) -> bool:
    """Whether a route of the code serves a path that a text names.

    Parameters of either fit anything. Where a gateway or a mount adds a prefix that one of the two
    does not know of, the rest must fit, and hold a word that is no parameter.
    """
    served, asked = _segments(route), _segments(path.partition("?")[0])
    if served and re.search(r":path\}$|^\*", served[-1]):
        head = len(served) - 1
        return len(asked) >= head and _fit(served[:head], asked[:head])
    if len(served) == len(asked):
        return _fit(served, asked)
    shared = min(len(served), len(asked))
    ends = served[len(served) - shared :], asked[len(asked) - shared :]
    has_word = any(not _is_open(a) and not _is_open(b) for a, b in zip(*ends, strict=True))
    return has_word and _fit(*ends)


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _fit(served: list[str], asked: list[str]) -> bool:
    return all(_fits(a, b) for a, b in zip(served, asked, strict=True))


def _fits(served: str, asked: str) -> bool:
    if _is_open(served) or _is_open(asked):
        return True
    parts = re.split(r"\{[^}]*\}|<[^>]*>", served)
    return bool(re.fullmatch(".+".join(map(re.escape, parts)), asked))


def _is_open(segment: str) -> bool:
    """A parameter, in the spelling of any framework."""
    return bool(_OPEN.fullmatch(segment))
