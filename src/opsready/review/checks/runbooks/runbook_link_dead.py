"""An alert whose runbook link leads to a file that is not there."""

import posixpath
import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.source import Bundle

_PAGE = re.compile(r"\.(?:md|rst|markdown|adoc)$", re.IGNORECASE)
# How code hosts spell "this file of this branch": prefix, then the path in the repository.
_HOSTED = re.compile(
    r"^(?P<prefix>https?://.+?/(?:-/)?(?:blob|tree|src/branch|src|raw|edit)/[^/]+/)(?P<path>[^?#]+)"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a link into this tree that leads nowhere."""
    bundle = case.pack.bundle
    alerts = [alert for alert in bundle.assembled(RuleBook).alerts if alert.runbook]
    own = {prefix for alert in alerts if (prefix := _own_prefix(alert.runbook or "", bundle))}
    for alert in alerts:
        path = _path_in_tree(alert, own)
        if path is not None and bundle.source(path) is None:
            key = next(k for k, text in alert.annotations.items() if text.strip() == alert.runbook)
            yield Finding(
                alert.path,
                alert.line_of(key),
                f"the runbook of `{alert.name}` is not there: the tree has no `{path}`",
                f"Write `{path}`, or correct the link.",
            )


def _own_prefix(link: str, bundle: Bundle) -> str | None:
    """The part before the path, of a link that does lead to a file of this tree."""
    hosted = _HOSTED.match(link)
    return hosted["prefix"] if hosted and bundle.source(hosted["path"]) else None


def _path_in_tree(alert: Alert, own: set[str]) -> str | None:
    """Where the link leads in this tree; None where it leads elsewhere or is made at run time."""
    link = (alert.runbook or "").partition("#")[0].partition("?")[0]
    if "{{" in link or "$" in link:
        return None
    hosted = _HOSTED.match(link)
    if hosted:
        return hosted["path"] if hosted["prefix"] in own and _PAGE.search(hosted["path"]) else None
    if "://" in link or not _PAGE.search(link):
        return None
    if link.startswith("/"):
        return link.lstrip("/")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(alert.path), link))
    return beside if link.startswith(".") else link


CHECK = Check(
    id="runbook-link-dead",
    mandate="SRE-3",
    severity=Severity.BLOCKER,
    title="an alert whose runbook is not there",
    find=find,
)
