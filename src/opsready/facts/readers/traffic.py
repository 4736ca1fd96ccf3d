"""How much the service is asked for, and what bounds it: traffic, rate limits, constraints."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown, Row, Section, Table
from opsready.documents.quantity import rates
from opsready.documents.request import requests_in
from opsready.documents.sentences import Sentence, sentences
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_TRAFFIC = re.compile(
    r"\b(traffic|load|volume|expect\w*|peak\w*|average|typical(?:ly)?|busy|busiest|arriv\w+|receiv\w+|takes?"
    r"|demand|spikes?|bursts?|growth|usage)\b",
    re.IGNORECASE,
)
_TRAFFIC_HEADING = re.compile(
    r"\b(traffic|load|volumes?|scale|capacity|usage|demand)\b", re.IGNORECASE
)
_PEAK = re.compile(r"\b(peak\w*|spikes?|bursts?|maximum|max|busiest|black friday)\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:per|each|every|one)\s+(?:ip|client|user|tenant|key|token|caller|customer|account|address)\b"
    r"|\brate[- ]?limit\w*|\bthrottl\w*|\b429\b|\bquota\b|\bat most\b|\bno more than\b",
    re.IGNORECASE,
)
_CONSTRAINTS_HEADING = re.compile(
    r"^(\d+[.)]?\s*)?(technical |operational |business )?(constraints?|compliance|limits)\b"
    r"|\bconstraints$",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(alternatives?|rejected|considered|history|benchmarks?|results?|examples?|future|roadmap"
    r"|out of scope|load test\w*|changelog)\b",
    re.IGNORECASE,
)
# What was, what might be, what something is fit for: none of them is what is expected.
_OTHERWISE = re.compile(
    r"\b(was|were|measured|benchmark\w*|achieved|could|would|might|for example|e\.g|alerts?"
    r"|may be used|suit(?:s|ed|able)|can (?:handle|serve|take|sustain))\b|\?\s*$",
    re.IGNORECASE,
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Rates that the notes expect or allow, and what stands below a heading for constraints."""
    for page in bundle.design_notes():
        for table in page.tables:
            if _matches(_TRAFFIC_HEADING, table.section) and not _matches(_OUT, table.section):
                for row in table.rows:
                    for value in _rates_of_row(table, row):
                        yield _fact(bundle, page, value, row.line)
        for sentence in sentences(page):
            if not _matches(_OUT, sentence.section) and not _OTHERWISE.search(sentence.text):
                yield from _of_sentence(bundle, page, sentence)


def _of_sentence(bundle: Bundle, page: Markdown, sentence: Sentence) -> Iterator[Fact]:
    text, section = sentence.text, sentence.section
    is_traffic = bool(_TRAFFIC.search(text)) or _matches(_TRAFFIC_HEADING, section)
    found = list(_rates(text, is_traffic=is_traffic))
    for value in found:
        yield _fact(bundle, page, value, sentence.line_of(text.index(str(value["written"]))))
    begins = sentence.is_item and sentence.start == 0
    if begins and not found and _matches(_CONSTRAINTS_HEADING, section):
        yield _fact(bundle, page, {"text": sentence.prose.text}, sentence.line_of())


def _rates_of_row(table: Table, row: Row) -> Iterator[dict[str, object]]:
    """Each cell below its title, which may say that this is the peak; the row says where."""
    for title, cell in zip(table.header, row.cells, strict=True):
        for value in _rates(f"{row.cells[0]} {title} {cell}", is_traffic=True):
            if str(value["written"]) in cell:
                yield value


def _rates(text: str, *, is_traffic: bool) -> Iterator[dict[str, object]]:
    """A rate is a limit where its words say for whom, and traffic where they say so."""
    request = next(iter(requests_in(text)), None)
    for rate in rates(text):
        known = {"per_second": round(rate.per_second, 6), "written": rate.written}
        if _LIMIT.search(text):
            yield {"text": text, **known}
        elif is_traffic:
            peak = bool(_PEAK.search(text[: rate.start][-40:]))
            where = f"{request.method} {request.path}" if request else None
            yield {**known, "what": rate.what, "peak": peak, "where": where}


def _fact(bundle: Bundle, page: Markdown, value: dict[str, object], line: int) -> Fact:
    claim = Claim.CONSTRAINT if "text" in value else Claim.TRAFFIC
    return Fact(claim, value, page.path, line, bundle.quote(page.path, line))


def _matches(pattern: re.Pattern[str], section: Section) -> bool:
    return any(pattern.search(heading) for heading in section.path)


READER = Reader("traffic", read)
