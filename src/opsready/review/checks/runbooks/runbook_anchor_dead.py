"""An alert whose runbook link leads to a heading that is not there."""

import difflib
from collections.abc import Iterator

from opsready.documents.markdown import Markdown
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a link to a page of the tree and a heading that it lacks."""
    pages = {page.path: page for page in case.pack.documents(Markdown)}
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        link, _, anchor = (alert.runbook or "").partition("#")
        if not anchor or "{{" in anchor:
            continue
        page = next(
            (p for path, p in pages.items() if link == path or link.endswith("/" + path)), None
        )
        if page is None or _is_written(case, page.path, anchor):
            continue
        known = page.anchors
        if anchor.lower() not in known:
            key = next(k for k, text in alert.annotations.items() if text.strip() == alert.runbook)
            near = difflib.get_close_matches(anchor.lower(), sorted(known), 1)
            yield Finding(
                alert.path,
                alert.line_of(key),
                f"the runbook of `{alert.name}` is at `#{anchor}`, and `{page.path}` has no such "
                "heading: the link leads to the top of the page",
                f"Write `#{near[0]}`." if near else f"Write the entry, or correct `#{anchor}`.",
                related=(Place(page.path, 1, "the page"),),
            )


def _is_written(case: Case, path: str, anchor: str) -> bool:
    """Whether the page names the anchor itself, in HTML or behind a heading."""
    source = case.pack.source(path)
    marks = (f'id="{anchor}"', f'name="{anchor}"', f"{{#{anchor}}}", f".. _{anchor}:")
    return source is not None and any(mark in source.text for mark in marks)


CHECK = Check(
    id="runbook-anchor-dead",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook link to a heading that is not there",
    find=find,
)
