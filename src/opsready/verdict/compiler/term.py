"""A sentence as terms: words and phrases with the concepts that they mean."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from opsready.verdict.compiler.quantity import Quantity, Unit, quantity_at

_PIECE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?P<path>(?<![\w/])/[\w{}*:.-]+(?:/[\w{}*:.<>-]*)*)"
    r"|(?P<name>\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[a-z]\w*_\w+\b)"
    r"|(?P<number>\d+(?:[.,]\d+)?(?:ms|min|sec|[smhdwx%])?\+?(?![\w.]\d|\w))"
    r"|(?P<arrow>->|=>|→)"
    r"|(?P<bound>>=|<=|[<>≤≥])"
    r"|(?P<word>\w+(?:['’]\w+)?)"
    r"|(?P<mark>[,;:().—–?!+]|--|%)"
)
_IRREGULAR = {
    "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be",
    "has": "have", "had": "have", "having": "have", "sent": "send", "kept": "keep",
    "built": "build", "lost": "lose", "written": "write", "wrote": "write", "taken": "take",
    "took": "take", "shown": "show", "said": "say", "says": "say", "told": "tell", "woken": "wake",
    "broken": "break", "ran": "run", "dies": "die", "dying": "die", "done": "do", "came": "come",
    "made": "make", "met": "meet", "left": "leave", "criteria": "criterion", "rose": "rise",
    "goes": "go", "went": "go", "gone": "go", "does": "do", "did": "do", "tied": "tie",
    "caches": "cache", "got": "get", "stood": "stand", "found": "find", "fell": "fall",
}  # fmt: skip
# Names that say what they are: the paths by which services are asked for their health
# (`__heartbeat__` is Mozilla's, of Dockerflow), and the annotation that links a runbook.
_TELLING_NAME = re.compile(
    r"/(?P<readiness>readyz?|readiness)\b|/(?P<liveness>live|livez|liveness|alive|__lbheartbeat__)\b"
    r"|/(?P<health_check>healthz?|ping|heartbeat|__heartbeat__|status|up)\b|/(?P<metrics_page>metrics)\b"
    r"|(?P<runbook>runbook)"
)
_CONTRACTED = re.compile(r"(?i)(can)not$|(\w+?)n['’]t$")

# Words that carry the grammar of a sentence and no meaning of their own.
_FUNCTIONS = {
    "and": "and plus & +",
    "or": "or nor",
    "but": "but",
    "with": "with including via using having",
    "if": "when whenever if once while upon unless except until",
    "before": "before",
    "after": "after following",
    "aux": "be do have will shall must should can would",
    "to": "to",
    "": "a an the this that these those its their our your his her it they he she which who whom"
    " there here of for from in into on onto at by as over under within per above below than"
    " through during between across against about around towards upto all every each any some"
    " both either own same other another such so also then too only just still always"
    " already actually exactly fully completely entirely whole entire successfully at least most"
    " what how where why long soon up more less new latest we you i us them itself themselves one"
    " two three first second last next current e g i.e eg ie etc case way get go out off"
    " anything everything something now again further immediately directly place instead least",
}
# What a grammar word may mean beside: it negates, or it makes optional.
_MEANT = frozenset({"clause", "refuses", "phrase", "optional"})
# What code in a criterion is read as; all else in backticks is a name.
_IN_CODE = frozenset(
    {"infrastructure", "plan", "apply", "validate", "latest_tag", "shutdown", "image"}
    | {
        "own_command",
        "production",
        "staging",
        "root_user",
        "health_check",
        "readiness",
        "liveness",
        "metrics_page",
    }
)
_FUNCTION_OF = {word: name for name, words in _FUNCTIONS.items() for word in words.split()}


@dataclass(frozen=True)
class Term:
    """Words that mean one thing together, from `start` to `end` of the sentence.

    `concepts` may be several where the word is ambiguous; `function` is the grammar word or the
    mark that it is; `denied` says that the sentence names it as absent ("without approval").
    """

    text: str
    start: int
    end: int
    concepts: frozenset[str] = frozenset()
    quantity: Quantity | None = None
    function: str | None = None
    is_code: bool = False
    denied: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether it carries meaning that we do not know."""
        return not self.concepts and self.quantity is None and self.function is None


@dataclass(frozen=True)
class Lexicon:
    """Phrases by their first word, longest first, each with its concept; sections of concepts."""

    phrases: dict[str, list[tuple[tuple[str, ...], str]]]
    sections: dict[str, frozenset[str]]


@dataclass(frozen=True)
class _Piece:
    text: str
    start: int
    end: int
    is_code: bool
    forms: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The words that are known, read once."""
    file = resources.files(__package__).joinpath("lexicon.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concepts in tables.values():
        for concept, written in concepts.items():
            for phrase in written.split("|"):
                words = tuple(phrase.split())
                phrases.setdefault(words[0], []).append((words, concept))
    for known in phrases.values():
        known.sort(key=lambda entry: -len(entry[0]))
    return Lexicon(phrases, {name: frozenset(table) for name, table in tables.items()})


def read_terms(sentence: str) -> list[Term]:
    """The terms of a sentence in order; nothing of it is left out."""
    pieces = _pieces(sentence)
    words = [piece.text for piece in pieces]
    terms: list[Term] = []
    at = 0
    while at < len(pieces):
        term, taken = _term_at(pieces, words, at)
        terms.append(term)
        at += taken
    return terms


def _pieces(sentence: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for match in _PIECE.finditer(sentence):
        if match["code"]:
            pieces += _code_pieces(match["code"], match.start() + 1)
            continue
        contracted = _CONTRACTED.match(match[0])
        if contracted:
            verb = contracted[1] or contracted[2]
            middle = match.start() + len(verb)
            pieces.append(_piece(verb, match.start(), middle))
            pieces.append(_piece("not", middle, match.end()))
        else:
            name = bool(match["path"] or match["name"])
            pieces.append(_piece(match[0], match.start(), match.end(), is_code=name))
    return pieces


def _code_pieces(code: str, start: int) -> list[_Piece]:
    """The words of a code span: a name among them stays whole."""
    found = re.finditer(r"\S+", code)
    return [_piece(m[0], start + m.start(), start + m.end(), is_code=True) for m in found]


def _piece(text: str, start: int, end: int, *, is_code: bool = False) -> _Piece:
    return _Piece(text, start, end, is_code, forms(text))


def forms(word: str) -> frozenset[str]:
    """The word and every word that it may be a plural, tense or participle of."""
    low = word.lower().replace("’", "'").removesuffix("'s")
    found = {low, _IRREGULAR.get(low, low)}
    if low.endswith(("ies", "ied")):
        found.add(low[:-3] + "y")
    for ending in ("s", "es", "ed", "ing"):
        stem = low.removesuffix(ending)
        if stem == low or len(stem) < 2 or low.endswith("ss"):
            continue
        found.add(stem)
        if ending in {"ed", "ing"}:
            found.add(stem + "e")
            if len(stem) > 2 and stem[-1] == stem[-2]:
                found.add(stem[:-1])
    return frozenset(found)


def _term_at(pieces: Sequence[_Piece], words: Sequence[str], at: int) -> tuple[Term, int]:
    piece = pieces[at]
    length, concepts = _phrase_at(pieces, at)
    concepts = concepts & _IN_CODE if piece.is_code else concepts - {"own_command"}
    figure = quantity_at(words, at) if not piece.is_code else None
    if figure and figure[1] >= length and not (concepts and figure[0].unit is Unit.COUNT):
        last = pieces[at + figure[1] - 1]
        return _term(pieces, at, last, quantity=figure[0]), figure[1]
    function = None if piece.is_code else _function(piece)
    if length > 1:  # "is reviewed" is still a predicate
        function = "aux" if function == "aux" else None
    elif function is not None:
        concepts &= _MEANT
    if not concepts and piece.is_code and (name := _TELLING_NAME.search(piece.text)):
        return _term(pieces, at, piece, concepts=frozenset({name.lastgroup or ""})), 1
    if concepts:
        last = pieces[at + length - 1]
        grammar = concepts & lexicon().sections["grammar"]
        if grammar:
            return _term(pieces, at, last, function=min(grammar)), length
        return _term(pieces, at, last, concepts=concepts, function=function), length
    return _term(pieces, at, piece, function=function), 1


def _term(
    pieces: Sequence[_Piece],
    at: int,
    last: _Piece,
    *,
    concepts: frozenset[str] = frozenset(),
    quantity: Quantity | None = None,
    function: str | None = None,
) -> Term:
    first = pieces[at]
    text = " ".join(piece.text for piece in pieces[at:] if piece.end <= last.end)
    return Term(text, first.start, last.end, concepts, quantity, function, first.is_code)


def _phrase_at(pieces: Sequence[_Piece], at: int) -> tuple[int, frozenset[str]]:
    """The longest known phrase that starts here, and all that it may mean."""
    longest, concepts = 0, set[str]()
    for form in pieces[at].forms:
        for phrase, concept in lexicon().phrases.get(form, ()):
            if len(phrase) < longest:
                break
            if _matches(pieces, at, phrase):
                if len(phrase) > longest:
                    longest, concepts = len(phrase), set()
                concepts.add(concept)
    return longest, frozenset(concepts)


def _matches(pieces: Sequence[_Piece], at: int, phrase: tuple[str, ...]) -> bool:
    if at + len(phrase) > len(pieces):
        return False
    found = pieces[at : at + len(phrase)]
    together = {piece.is_code for piece in found} == {found[0].is_code}
    return together and all(word in p.forms for word, p in zip(phrase, found, strict=True))


def _function(piece: _Piece) -> str | None:
    low = piece.text.lower()
    if low in _FUNCTION_OF:
        return _FUNCTION_OF[low]
    if not re.search(r"\w", low):
        return low
    return next((_FUNCTION_OF[f] for f in piece.forms if _FUNCTION_OF.get(f) == "aux"), None)
