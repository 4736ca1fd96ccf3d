"""An objective in a clause of running text: what is promised, by which figure.

Most figures in documents are no promises: coverage, discounts, sizes, measurements, thresholds of
alerts. A clause is an objective only where its words say so.
"""

import re
from dataclasses import dataclass

from opsready.documents.quantity import Figure, durations, percentages, percentiles, rates

_UPPER_BOUND = re.compile(
    r"(?:\b(?:under|below|less than|lower than|fewer than|within|at most|no more than|not more than"
    r"|faster than|up to|max(?:imum)?(?: of)?|(?:not|never) exceed(?:s|ing)?|in)|<=?|≤)\s*$",
    re.IGNORECASE,
)
_WRONG_SIDE = re.compile(
    r"(?:\b(?:above|over|more than|exceed(?:s|ed|ing)?|longer than|slower than|greater than"
    r"|higher than|reach(?:es)?|hits?|beyond)|>=?|≥)\s*$",
    re.IGNORECASE,
)
_SAID = re.compile(r"(?:[:=]|\bis|\bare|\bof|\bat|\bto|\bbe)\s*$", re.IGNORECASE)
_AVAILABLE = re.compile(
    r"\b(availab\w*|uptime|up-time|succe(?:ss|ssful|ssfully|ed|eds)|non-5xx|reliab\w*|SLA)\b",
    re.IGNORECASE,
)
_ERRORS = re.compile(
    r"\b(errors?(?:[- ](?:rate|ratio))?|error-rate|failure rate|failed|fail|5xx|server errors)\b",
    re.IGNORECASE,
)
_REQUESTS = re.compile(
    r"\bof\s+(?:all\s+)?(?:the\s+)?[\w/` -]{0,40}?\b(requests?|calls?|responses?|queries|reads"
    r"|writes|orders|payments|transactions|messages|events|logins|page loads)\b",
    re.IGNORECASE,
)
_SUSTAINED = re.compile(
    r"\b(sustain\w*|handle[sd]?|supports?|serves?|throughput|process(?:es)?|withstands?|at least"
    r"|accepts?|absorbs?)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(per|each|every|one)\s+(ip|client|user|tenant|key|token|caller|customer|account|address)\b"
    r"|\brate[- ]?limit\w*|\bthrottl\w*|\b429\b|\bquota\b",
    re.IGNORECASE,
)
# Percentages and durations of other things.
_OTHER_MATTER = re.compile(
    r"\b(coverage|tests?|cpu|memory|ram|disk|heap|utili[sz]ation|saturation|discount|off|vat|tax"
    r"|interest|fee|roll-?outs?|canary|traffic|sampl\w+|compress\w*|cache hit|hit rate|confidence"
    r"|code|contrast|opacity|width|height|battery|accuracy|precision|recall|budget|progress"
    r"|complete|version|upgrade|retention|backups?|restor\w+|rto|rpo|time-?outs?|ttl|expir\w+"
    r"|interval|startup|start-up|boot|deploy\w*|grace|shutdown|drain\w*|replicas?|quota)\b",
    re.IGNORECASE,
)
_LATENCY_COMPLETE = re.compile(r"\bcompletes?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Objective:
    """A promise. `kind` is availability, latency, error_rate or throughput; `target` the figure as
    a reader would say it; `percent` the share of good events (of bad ones for an error rate).

    `is_explicit` is False where only the place told that the figure is a promise.
    """

    kind: str
    target: str
    percent: float | None = None
    threshold_s: float | None = None
    per_second: float | None = None
    is_explicit: bool = True


def objective_in(clause: str, *, is_promise: bool = False) -> Objective | None:
    """The objective of one clause; `is_promise` where its place (a list of SLOs, say) already
    tells that its figures are objectives."""
    if _LIMIT.search(clause):
        return None
    found = _latency(clause, is_promise) or _throughput(clause, is_promise)
    if found is not None:
        return found
    if _OTHER_MATTER.search(clause):
        return None
    return _error_rate(clause, is_promise) or _availability(clause, is_promise)


def _latency(clause: str, is_promise: bool) -> Objective | None:
    thresholds = durations(clause)
    shares = percentiles(clause) or [f for f in percentages(clause) if 50 <= f.value < 100]
    if len(thresholds) != 1 or len(shares) != 1:
        return None
    if _OTHER_MATTER.search(_LATENCY_COMPLETE.sub("", clause)):
        return None
    (threshold,), (share,) = thresholds, shares
    is_percentile = not share.written.endswith(("%", "t"))
    before = clause[: threshold.start]
    bounded = bool(_UPPER_BOUND.search(before) or _UPPER_BOUND.search(threshold.written[:2]))
    said = is_percentile and bool(_SAID.search(before))
    about_requests = is_percentile or bool(_REQUESTS.search(clause))
    if _WRONG_SIDE.search(before):
        return None
    if not is_promise and not ((bounded or said) and about_requests):
        return None
    target = f"{share.written} within {threshold.written}"
    is_explicit = (bounded or said) and about_requests
    return Objective("latency", target, share.value, threshold.value, None, is_explicit)


def _throughput(clause: str, is_promise: bool) -> Objective | None:
    found = rates(clause)
    if len(found) != 1 or percentages(clause) or percentiles(clause):
        return None
    is_explicit = bool(_SUSTAINED.search(clause))
    if not is_explicit and not (is_promise and "throughput" in clause.lower()):
        return None
    return Objective("throughput", found[0].written, None, None, found[0].per_second, is_explicit)


def _error_rate(clause: str, is_promise: bool) -> Objective | None:
    share = _only([f for f in percentages(clause) if 0 < f.value < 50])
    if share is None or not _ERRORS.search(clause) or durations(clause):
        return None
    before = clause[: share.start]
    bounded = bool(_UPPER_BOUND.search(before))
    if _WRONG_SIDE.search(before) or not (bounded or is_promise):
        return None
    return Objective("error_rate", f"below {share.written}", share.value, is_explicit=bounded)


def _availability(clause: str, is_promise: bool) -> Objective | None:
    share = _only([f for f in percentages(clause) if 90 <= f.value < 100])
    if share is None or durations(clause):
        return None
    is_explicit = bool(_AVAILABLE.search(clause))
    if not is_explicit and not is_promise:
        return None
    return Objective("availability", share.written, share.value, is_explicit=is_explicit)


def _only(figures: list[Figure]) -> Figure | None:
    return figures[0] if len(figures) == 1 else None
