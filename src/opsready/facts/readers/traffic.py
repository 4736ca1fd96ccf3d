"""How much the service is asked for, and what bounds it: traffic, rate limits, constraints."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Section
from opsready.documents.quantity import rates
from opsready.documents.request import requests_in
from opsready.documents.sentences import sentences
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_TRAFFIC = re.compile(
    r"\b(traffic|load|volume|expect\w*|peak\w*|average|typical(?:ly)?|busy|busiest|arriv\w+|receiv\w+"
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
_PAST = re.compile(
    r"\b(was|were|measured|benchmark\w*|achieved|could|would|might|for example|e\.g|alerts?)\b"
    r"|\?\s*$",
    re.IGNORECASE,
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Rates that the notes expect or allow, and what stands below a heading for constraints."""
    for page in bundle.notes():
        for table in page.tables:
            if _matches(_TRAFFIC_HEADING, table.section) and not _matches(_OUT, table.section):
                for row in table.rows:
                    text = " ".join(row.cells)
                    yield from _rates(bundle, page.path, text, row.line, is_traffic=True)
        for sentence in sentences(page):
            section = sentence.section
            text, line = sentence.text, sentence.line
            if _matches(_OUT, section) or _PAST.search(text):
                continue
            is_traffic = bool(_TRAFFIC.search(text)) or _matches(_TRAFFIC_HEADING, section)
            found = list(_rates(bundle, page.path, text, line, is_traffic=is_traffic))
            yield from found
            if not found and sentence.is_item and _matches(_CONSTRAINTS_HEADING, section):
                quote = bundle.quote(page.path, line)
                yield Fact(Claim.CONSTRAINT, {"text": text}, page.path, line, quote)


def _rates(bundle: Bundle, path: str, text: str, line: int, *, is_traffic: bool) -> Iterator[Fact]:
    """A rate is a limit where its words say for whom, and traffic where they say so."""
    quote = bundle.quote(path, line)
    request = next(iter(requests_in(text)), None)
    for rate in rates(text):
        if _LIMIT.search(text):
            limit = {"text": text, "per_second": round(rate.per_second, 6)}
            yield Fact(Claim.CONSTRAINT, limit, path, line, quote)
        elif is_traffic:
            value = {
                "per_second": round(rate.per_second, 6),
                "what": rate.what,
                "written": rate.written,
                "peak": bool(_PEAK.search(text[: rate.start][-40:])),
                "where": f"{request.method} {request.path}" if request else None,
            }
            yield Fact(Claim.TRAFFIC, value, path, line, quote, Confidence.STATED)


def _matches(pattern: re.Pattern[str], section: Section) -> bool:
    return any(pattern.search(heading) for heading in section.path)


READER = Reader("traffic", read)
