"""What the labels of an alert say of its urgency."""

import re
from collections.abc import Iterable, Iterator, Mapping

# Names for "wake someone", as met in public rule files; the label names too.
_PAGES = re.compile(
    r"^(page|pager|paging|pagerduty|opsgenie|critical|crit|urgent|emergency|disaster"
    r"|(p|s|sev|pri|prio)-?[01])$"
)
_SEVERITIES = ("severity", "sloth_severity", "pager", "priority", "level", "urgency", "notify")


def severity_of(labels: Mapping[str, str]) -> str | None:
    """The urgency, in lower case; None where they say nothing."""
    return next(_urgencies(labels), None)


def pages(labels: Mapping[str, str]) -> bool:
    """Whether one of them is for waking a person."""
    return any(_PAGES.match(urgency) for urgency in _urgencies(labels))


def all_page(labels: Iterable[Mapping[str, str]]) -> bool:
    """Whether no alert says how urgent it is: then each of them may wake somebody."""
    return not any(severity_of(one) for one in labels)


def _urgencies(labels: Mapping[str, str]) -> Iterator[str]:
    named = (labels.get(name) for name in _SEVERITIES)
    return (value.strip().lower() for value in named if value)
