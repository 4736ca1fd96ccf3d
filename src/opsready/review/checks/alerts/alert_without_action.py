"""A page that does not say what to do."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_LINK = re.compile(r"https?://\S+|[\w./-]+\.(?:md|rst|html)\b")


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert with neither a runbook's link nor a runbook of its name."""
    headings = {
        _plain(heading)
        for document in case.pack.documents(Markdown)
        for heading in _names_in(document)
    }
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        if alert.pages and not alert.runbook and not _is_linked(alert):
            if _plain(alert.name) in headings:
                continue
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` wakes a person and says nowhere what to do: it links no runbook, "
                "and none has its name",
                f"Write a runbook entry for `{alert.name}` and link it in the annotation "
                "`runbook_url`; where there is nothing to do, do not page.",
            )


def _names_in(document: Markdown) -> Iterator[str]:
    yield document.path.rpartition("/")[2].partition(".")[0]
    for section in document.sections:
        yield section.heading
        # "Alert: OrdersDown (page)" speaks of OrdersDown.
        yield from re.findall(r"\w{6,}", section.heading)


def _is_linked(alert: Alert) -> bool:
    """Whether another annotation than a runbook's own has a link to read."""
    return any(_LINK.search(text) for text in alert.annotations.values())


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name).lower()


CHECK = Check(
    id="alert-without-action",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a page that does not say what to do",
    find=find,
)
