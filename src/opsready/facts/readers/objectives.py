"""Objectives that documents promise: in sentences, in lists, in tables of SLOs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.markdown import Markdown, Row, Section, Table
from opsready.documents.objective import Objective, objective_in
from opsready.documents.quantity import Window, percentages, percentiles, windows
from opsready.documents.request import requests_in
from opsready.documents.sentences import sentences
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
_MEASURED = re.compile(r"\b(measured|rolling|window|evaluated)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(?:[,(]|\band\b|\bwith\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Said:
    """One clause with what its surroundings add: window, place, and whether they promise."""

    clause: str
    around: str
    line: int
    section: Section
    is_promise: bool
    where: str | None = None


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every objective of every note, with the line that promises it."""
    for page in bundle.notes():
        usual = _usual_windows(page)
        for said in (*_of_sentences(page), *_of_tables(page)):
            objective = objective_in(said.clause, is_promise=said.is_promise)
            if objective is not None:
                value = _value(objective, said, usual.get(said.section))
                quote = bundle.quote(page.path, said.line)
                sure = Confidence.STATED if objective.is_explicit else Confidence.DERIVED
                yield Fact(Claim.OBJECTIVE, value, page.path, said.line, quote, sure)


def _of_sentences(page: Markdown) -> Iterator[_Said]:
    """Each sentence itself, or its parts where it promises several things."""
    for sentence in sentences(page):
        text, offset = sentence.text, 0
        if not re.search(r"\d", text) or _is_out(sentence.section) or _NO_PROMISE.search(text):
            continue
        is_one = len(percentages(text)) + len(percentiles(text)) < 2
        for clause in [text] if is_one else _CLAUSE.split(text):
            offset = text.index(clause, offset)
            figure = re.search(r"\d", clause)
            line = sentence.line_of(offset + figure.start() if figure else offset)
            yield _Said(clause, text, line, sentence.section, _is_promised(sentence.section))


def _of_tables(page: Markdown) -> Iterator[_Said]:
    """The rows of tables of objectives."""
    for table in page.tables:
        named = any(_TARGET_TITLE.search(title) for title in table.header)
        if not _is_out(table.section) and (named or _is_promised(table.section)):
            for row in table.rows:
                if not _NO_PROMISE.search(" ".join(row.cells)):
                    yield from _of_row(table, row)


def _of_row(table: Table, row: Row) -> Iterator[_Said]:
    """The row as one clause, or a clause for each column whose title names a kind."""
    place, window = table.column(_PLACE_TITLE.pattern), table.column(_WINDOW_TITLE.pattern)
    where = row.cells[place] if place is not None else None
    columns = [n for n, title in enumerate(table.header) if _KIND_TITLE.search(title) and n]
    clauses = [f"{table.header[number]} {row.cells[number]}" for number in columns]
    whole = " ".join(cell for number, cell in enumerate(row.cells) if number != window)
    for clause in clauses or [whole]:
        around = " ".join(row.cells)
        yield _Said(clause, around, row.line, table.section, is_promise=True, where=where)


def _value(objective: Objective, said: _Said, usual: Window | None) -> dict[str, object]:
    window = next(iter(windows(said.clause) or windows(said.around)), usual)
    if objective.kind == "throughput":
        window = None
    return {
        "kind": objective.kind,
        "target": objective.target,
        "window": window.written if window else None,
        "where": _where(said),
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
        about = _MEASURED.search(sentence.text)
        spans = [window for window in windows(sentence.text) if window.days] if about else []
        for section in page.sections if spans else ():
            if section.path[: len(sentence.section.path)] == sentence.section.path:
                found.setdefault(section, spans[0])
    return found


def _is_promised(section: Section) -> bool:
    return any(_PROMISES.search(heading) for heading in section.path)


def _is_out(section: Section) -> bool:
    return any(_NO_PROMISES.search(heading) for heading in section.path)


READER = Reader("objectives", read)
