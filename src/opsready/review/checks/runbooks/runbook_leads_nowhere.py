"""A runbook that sends its reader on to a page, or a heading, that is not there."""

import difflib
import posixpath
from collections.abc import Iterator

from opsready.documents.markdown import Link, Markdown
from opsready.documents.runbook import Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PAGES = (".md", ".markdown")


def find(case: Case) -> Iterator[Finding]:
    """One finding a link to a page of the tree, or a heading of one, that leads nowhere."""
    bundle = case.pack.bundle
    pages = {page.path: page for page in case.pack.documents(Markdown)}
    unread = {unread.path for unread in bundle.unread}
    for page in bundle.assembled(Runbooks).pages:
        for link in page.links:
            path, anchor = _target(page, link)
            if not path.endswith(_PAGES) or path.startswith("../") or path in unread:
                continue
            led = pages.get(path)
            if led is None and bundle.source(path) is None:
                yield _finding(page, link, f"the tree has no `{path}`", path, list(pages))
            elif led is not None and anchor and not _is_marked(case, led, anchor):
                why = f"`{path}` has no heading `#{anchor}`"
                yield _finding(page, link, why, anchor, sorted(led.anchors))


def _target(page: Markdown, link: Link) -> tuple[str, str]:
    """Path from the root of the tree, and heading; no path where it leads out of the tree."""
    target, _, anchor = link.target.partition("#")
    if "://" in target or target.startswith(("mailto:", "/")) or "{{" in target or link.is_image:
        return "", ""
    beside = posixpath.join(posixpath.dirname(page.path), target) if target else page.path
    return posixpath.normpath(beside), anchor


def _is_marked(case: Case, page: Markdown, anchor: str) -> bool:
    """Whether a heading has the anchor, or the page names it itself, in HTML or behind one."""
    if anchor.lower() in page.anchors:
        return True
    source = case.pack.source(page.path)
    marks = (f'id="{anchor}"', f'name="{anchor}"', f"{{#{anchor}}}")
    return source is not None and any(mark in source.text for mark in marks)


def _finding(page: Markdown, link: Link, why: str, name: str, known: list[str]) -> Finding:
    near = difflib.get_close_matches(name, known, 1)
    return Finding(
        page.path,
        link.line,
        f'"{link.text}" leads nowhere: {why}',
        f"Write `{near[0]}`." if near else "Write what is missing, or take the link away.",
    )


CHECK = Check(
    id="runbook-leads-nowhere",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook that sends its reader to a page that is not there",
    find=find,
)
