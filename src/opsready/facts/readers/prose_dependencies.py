"""Dependencies that documents name: in tables, in lists below fitting headings, in sentences that
say what they are used for; and what becomes of users without them."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown, Row, Section, Table
from opsready.documents.outage import criticality, criticality_of_cell, effect_in, outage_in
from opsready.documents.sentences import Sentence, sentences
from opsready.documents.technology import mentions
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_BUILD_HEADING = re.compile(
    r"\b(dependenc\w+|stack|technolog(?:y|ies)|technical landscape|architecture|components?"
    r"|current (?:state|architecture|system)|infrastructure|data ?stores?|storage|persistence"
    r"|databases?|external (?:services|systems|apis?)|integrations?|third[- ]part\w+"
    r"|prerequisites|requirements|back(?:ing|end) services|upstreams?|caches?|queues?)\b",
    re.IGNORECASE,
)
_NO_BUILD = re.compile(
    r"\b(alternatives?|rejected|considered|options|out of scope|future|roadmap|non-goals|history"
    r"|comparison|versus|vs|changelog|migrat\w+|development|contributing|test\w*|local|examples?"
    r"|faq|glossary|related|see also|plugins?|supported|choos\w+|why not)\b",
    re.IGNORECASE,
)
_USE = re.compile(
    r"\b(us(?:es?|ing|ed)|stor(?:es?|ed|ing)|persist\w*|keeps?|kept|cach\w+|backed"
    r"|depend(?:s|ed)? on|rel(?:y|ies) on|connects?|talks? to|reads?|writes?|written"
    r"|publish\w*|consum\w+|queue[sd]?|requires?|needs?|holds?|record(?:s|ed)"
    r"|sends?|sent|quer(?:y|ies)|lives? in|runs? on)\b",
    re.IGNORECASE,
)
# What a reader may do with it is not what the service does.
_ADVICE = re.compile(
    r"\b(you (?:can|may|could|might|want|need)|if you|to (?:enable|use|run|configure|set up|try"
    r"|make)|please|recipe|ephemeral|supports?)\b",
    re.IGNORECASE,
)
_DEAD_DECISION = re.compile(
    r"^\W*(?:status\W+)?(rejected|superseded|deprecated|proposed|draft|withdrawn)\b", re.IGNORECASE
)
_TABLE_TITLE = (
    r"\b(dependenc\w+|components?|services?|stores?|technolog\w+|systems?|resources?|backends?"
    r"|upstreams?|integrations?|failures?|failure modes?|faults?|outages?)\b"
)
_DEPENDENCY_TITLE = r"\b(dependenc\w+|upstreams?|external\w*|integrations?)\b"
_CRITICAL_TITLE = r"\b(critical\w*|required|mandatory|hard|tier)\b"
_KIND_TITLE = r"\b(kind|technolog\w+|type|product|software|implementation|engine|with)\b"
_EFFECT_TITLE = (
    r"\b(when|if|on)\b.*\b(down|fail\w*|unavailable|lost)\b|\b(impact|effects?|degrad\w+|consequences?)\b"
    r"|users see|\bbehave|what happens"
)
# An item that begins with a name: "Payment provider (HTTP): charges cards".
_CALLED = re.compile(r"(?P<name>[A-Z][\w.-]+(?: [\w.&-]+){0,2})\s*(?:\(|:|\s[—–-]\s)")
_NO_CALLED = re.compile(r"\b(endpoints?|apis?|calls?|routes?|urls?)$", re.IGNORECASE)
_CALLED_HEADING = re.compile(
    r"\bdependenc\w+|\bexternal (?:services|systems|apis?)|\bthird[- ]part\w+|\bupstreams?\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\s+(?:is |are )?(?:down|hang\w*|slow|unavailable|fails|failure|outage|lost)\b.*"
)
_OVER_HTTP = re.compile(r"\b(https?|rest|api|grpc|webhooks?)\b", re.IGNORECASE)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every dependency that a page on the service's build says is used."""
    for page in bundle.design_notes():
        if not _is_dead(page):
            for table in page.tables:
                yield from _of_table(bundle, page, table)
            for sentence in sentences(page):
                if not _is_out(sentence.section):
                    yield from _of_sentence(bundle, page, sentence)


def _is_dead(page: Markdown) -> bool:
    """A decision record that was rejected, replaced, or not taken yet."""
    status = page.front_matter.string("status") if page.front_matter else None
    said = [prose.text for prose in page.prose if prose.section.heading.lower() == "status"]
    labelled = [p.text for p in page.prose if re.match(r"\W*status\W", p.text, re.IGNORECASE)]
    return any(_DEAD_DECISION.match(text) for text in [status or "", *said, *labelled])


def _of_sentence(bundle: Bundle, page: Markdown, sentence: Sentence) -> Iterator[Fact]:
    text = sentence.text
    outage = outage_in(text)
    if outage is not None:
        for mention in mentions(outage.of):
            value = _value(mention.kind, when_down=outage.effect)
            yield _fact(bundle, page, sentence.line_of(), value)
        return
    is_listed = sentence.is_item and _is_about_build(sentence.section)
    if _ADVICE.search(text) or not (is_listed or _USE.search(text)):
        return
    used = [mention for mention in mentions(text) if not mention.is_denied]
    is_alone = len(used) == 1
    said, effect = (criticality(text), effect_in(text)) if is_alone else (None, None)
    for mention in used:
        value = _value(mention.kind, critical=said, when_down=effect)
        yield _fact(bundle, page, sentence.line_of(mention.start), value)
    called = _CALLED.match(text) if _is_called(sentence) and not mentions(text) else None
    if called and not _NO_CALLED.search(called["name"]):
        name, said, effect = called["name"], criticality(text), effect_in(text)
        value = _value("http", name, critical=said, when_down=effect)
        yield _fact(bundle, page, sentence.line_of(), value)


def _is_called(sentence: Sentence) -> bool:
    """Whether this is the beginning of an item in a list of what is called over HTTP."""
    begins = sentence.is_item and sentence.start == 0
    listed = any(_CALLED_HEADING.search(heading) for heading in sentence.section.path)
    return begins and listed and bool(_OVER_HTTP.search(sentence.text))


def _of_table(bundle: Bundle, page: Markdown, table: Table) -> Iterator[Fact]:
    named = any(re.search(_TABLE_TITLE, title, re.IGNORECASE) for title in table.header[:2])
    if _is_out(table.section) or not (named or _is_about_build(table.section)):
        return
    for row in table.rows:
        value = _value_of_row(table, row)
        if value is not None:
            yield _fact(bundle, page, row.line, value)


def _value_of_row(table: Table, row: Row) -> dict[str, object] | None:
    """What the first column names, or its kind; of a table of dependencies also who is called."""
    critical = _cell(table, row, _CRITICAL_TITLE)
    effect = _cell(table, row, _EFFECT_TITLE)
    said = criticality(" ".join(row.cells)) if critical is None else criticality_of_cell(critical)
    name = _DOWN.sub("", re.split(r"\s*[,(]", row.cells[0])[0])
    found = mentions(row.cells[0]) or mentions(_cell(table, row, _KIND_TITLE) or "")
    if found:
        is_denied = found[0].is_denied or mentions(" ".join(row.cells))[0].is_denied
        return None if is_denied else _value(found[0].kind, name, critical=said, when_down=effect)
    if table.column(_DEPENDENCY_TITLE) == 0 and any(_OVER_HTTP.search(c) for c in row.cells[:3]):
        return _value("http", name, critical=said, when_down=effect) if name else None
    return None


def _cell(table: Table, row: Row, title: str) -> str | None:
    number = table.column(title)
    return row.cells[number] or None if number is not None else None


def _value(
    kind: str, name: str = "", *, critical: bool | None = None, when_down: str | None = None
) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name or kind,
        "client": None,
        "critical": critical,
        "when_down": when_down,
    }


def _fact(bundle: Bundle, page: Markdown, line: int, value: dict[str, object]) -> Fact:
    quote = bundle.quote(page.path, line)
    return Fact(Claim.DEPENDENCY, value, page.path, line, quote, Confidence.STATED)


def _is_about_build(section: Section) -> bool:
    return any(_BUILD_HEADING.search(heading) for heading in section.path)


def _is_out(section: Section) -> bool:
    return any(_NO_BUILD.search(heading) for heading in section.path)


READER = Reader("prose-dependencies", read)
