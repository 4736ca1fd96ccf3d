"""Objectives that documents promise: in sentences, in lists, in tables of SLOs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.markdown import Markdown, Row, Section, Table
from opsready.documents.objective import Objective, objective_in
from opsready.documents.quantity import Window, percentages, percentiles, windows
from opsready.documents.request import requests_in
from opsready.documents.sentences import Sentence, sentences
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

# Headings below which a bare figure is a promise.
_PROMISES = re.compile(
    r"\b(SLOs?|SLIs?|service[- ]level|availability|reliability (targets?|goals?)"
    r"|(performance|latency) (targets?|objectives?|requirements?|goals?|budget))\b",
    re.IGNORECASE,
)
# Headings below which nothing is: what was, what might have been, what wakes somebody.
_NO_PROMISES = re.compile(
    r"\b(alternatives?|rejected|considered|history|background|benchmarks?|results?|measurements?"
    r"|current|dependenc\w+|upstreams?|third[- ]part\w+|vendors?"
    r"|post-?mortems?|incidents?|examples?|appendix|future|roadmap|out of scope|non-goals"
    r"|alert\w*|paging|burn|changelog|problem)\b",
    re.IGNORECASE,
)
_NO_PROMISE = re.compile(
    r"\b(alerts?|alerting|pages?(?= (?:the|when|if|on))|paged|fires?|warn\w*|triggers?|notif\w+"
    r"|burn\w*|currently|today|at present|actual(?:ly)?|was|were|took|achieved|improved"
    r"|last (?:month|week|year|quarter)|in 20\d\d|e\.g|for example|industry|competitors?|would"
    r"|could|might|instead of"
    r"|(?:it|they|provider|vendor|upstream|partner) (?:promises?|guarantees?|offers?))\b"
    r"|\b(?:measured|observed)\b(?! (?:over|as|at|by|in|on|per|from|monthly|weekly|quarterly"
    r"|daily|each|every))|\?\s*$",
    re.IGNORECASE,
)
_TARGET_TITLE = re.compile(r"\b(SLO|objective|target|goal)s?\b", re.IGNORECASE)
_KIND_TITLE = re.compile(
    r"\b(availability|uptime|latency|error rate|errors|throughput)\b|\bp\d\d", re.I
)
_WINDOW_TITLE = re.compile(r"\b(window|period|measured over)\b", re.IGNORECASE)
_PLACE_TITLE = re.compile(
    r"\b(routes?|endpoints?|journeys?|scope|where|apis?|operations?|requests?|services?|paths?)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    r"^(all|any|every|overall|whole|everything|service|\*|[-–—]|the (service|api))\b", re.I
)
_PATH = re.compile(r"(?<![\w/.:])/[a-z][\w/{}:.-]*")
_CLAUSE = re.compile(r"\s*(?:[,(]|\band\b|\bwith\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Said:
    """One clause with the words around it that may tell window and place."""

    clause: str
    around: str
    line: int
    where: str | None = None


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every objective of every note, with the line that promises it."""
    for page in bundle.notes():
        usual = _usual_windows(page)
        for sentence in sentences(page):
            if not _is_out(sentence.section) and not _NO_PROMISE.search(sentence.text):
                is_promise = _is_promised(sentence.section)
                for said in _clauses(sentence):
                    yield from _facts(bundle, page, said, sentence.section, usual, is_promise)
        for table in page.tables:
            if not _is_out(table.section):
                yield from _of_table(bundle, page, table, usual)


def _of_table(
    bundle: Bundle, page: Markdown, table: Table, usual: dict[Section, Window]
) -> Iterator[Fact]:
    named = any(_TARGET_TITLE.search(title) for title in table.header)
    is_promise = _is_promised(table.section)
    if not (named or is_promise):
        return
    for row in table.rows:
        if not _NO_PROMISE.search(" ".join(row.cells)):
            for said in _cells(table, row):
                yield from _facts(bundle, page, said, table.section, usual, is_promise=True)


def _cells(table: Table, row: Row) -> Iterator[_Said]:
    """The row as one clause, or a clause for each column whose title names a kind."""
    around = " ".join(row.cells)
    place = table.column(_PLACE_TITLE.pattern)
    where = row.cells[place] if place is not None else None
    columns = [n for n, title in enumerate(table.header) if _KIND_TITLE.search(title) and n]
    for number in columns:
        yield _Said(f"{table.header[number]} {row.cells[number]}", around, row.line, where)
    if not columns:
        window = table.column(_WINDOW_TITLE.pattern)
        clause = " ".join(cell for number, cell in enumerate(row.cells) if number != window)
        yield _Said(clause, around, row.line, where)


def _clauses(sentence: Sentence) -> Iterator[_Said]:
    """The sentence itself, or its parts where it promises several things."""
    text = sentence.text
    is_one = len(percentages(text)) + len(percentiles(text)) < 2
    offset = 0
    for clause in [text] if is_one else _CLAUSE.split(text):
        offset = text.index(clause, offset)
        figure = re.search(r"\d", clause)
        line = sentence.line_of(offset + figure.start() if figure else offset)
        yield _Said(clause, text, line)


def _facts(
    bundle: Bundle,
    page: Markdown,
    said: _Said,
    section: Section,
    usual: dict[Section, Window],
    is_promise: bool,
) -> Iterator[Fact]:
    objective = objective_in(said.clause, is_promise=is_promise)
    if objective is None:
        return
    window = next(iter(windows(said.clause) or windows(said.around)), None)
    if window is None or objective.kind == "throughput":
        window = None if objective.kind == "throughput" else usual.get(section)
    sure = Confidence.STATED if objective.is_explicit else Confidence.DERIVED
    value = _value(objective, window, _where(said))
    quote = bundle.quote(page.path, said.line)
    yield Fact(Claim.OBJECTIVE, value, page.path, said.line, quote, sure)


def _value(objective: Objective, window: Window | None, where: str | None) -> dict[str, object]:
    return {
        "kind": objective.kind,
        "target": objective.target,
        "window": window.written if window else None,
        "where": where,
        "percent": objective.percent,
        "threshold_s": objective.threshold_s,
        "per_second": objective.per_second,
        "window_days": window.days if window else None,
    }


def _where(said: _Said) -> str | None:
    """The route or journey that is meant; None for the whole service."""
    cell = said.where or ""
    for text in (said.clause, cell, said.around):
        request = next(iter(requests_in(text)), None)
        path = _PATH.search(text)
        if request is not None:
            return f"{request.method} {request.path}"
        if path is not None:
            return path[0]
    return cell if cell and not _EVERYWHERE.match(cell) and objective_in(cell) is None else None


def _usual_windows(page: Markdown) -> dict[Section, Window]:
    """Sections that say once over which window all their objectives are measured."""
    found: dict[Section, Window] = {}
    for sentence in sentences(page):
        spans = [window for window in windows(sentence.text) if window.days]
        if spans and re.search(r"\b(measured|rolling|window|evaluated)\b", sentence.text, re.I):
            for section in page.sections:
                if section.path[: len(sentence.section.path)] == sentence.section.path:
                    found.setdefault(section, spans[0])
    return found


def _is_promised(section: Section) -> bool:
    return any(_PROMISES.search(heading) for heading in section.path)


def _is_out(section: Section) -> bool:
    return any(_NO_PROMISES.search(heading) for heading in section.path)


READER = Reader("objectives", read)
