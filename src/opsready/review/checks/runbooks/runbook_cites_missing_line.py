"""A runbook that cites a line of code that is not there."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_CITED = re.compile(
    r"(?<![\w./-])((?:[\w.-]+/)+[\w.-]+\.(?:py|ts|js|go|java|rb|rs|kt|sh|tf|ya?ml)):(\d+)"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a `path:line` below a folder of the tree, of a file or line that is gone."""
    folders = {source.path.partition("/")[0] for source in case.pack.bundle.sources}
    unread = {unread.path for unread in case.pack.bundle.unread}
    for page in case.pack.bundle.assembled(Runbooks).pages:
        said = [(code.text, code.line) for code in page.inline_code]
        said += [(prose.text, prose.line) for prose in page.prose]
        seen: set[tuple[str, str]] = set()
        for text, line in said:
            for path, number in _CITED.findall(text):
                fault = _fault(case, path, int(number))
                if (
                    path.partition("/")[0] not in folders
                    or path in unread
                    or (path, number) in seen
                ):
                    continue
                seen.add((path, number))
                if fault:
                    yield Finding(
                        page.path,
                        line,
                        f"`{path}:{number}` is cited, and {fault}",
                        "Cite the name of a function or of a setting: lines move with every "
                        "change.",
                    )


def _fault(case: Case, path: str, number: int) -> str | None:
    source = case.pack.source(path)
    if source is None:
        return "the tree has no such file"
    length = len(source.lines)
    return f"the file ends at line {length}" if number > length else None


CHECK = Check(
    id="runbook-cites-missing-line",
    mandate="SRE-3",
    severity=Severity.ADVICE,
    title="a runbook that cites code that is gone",
    find=find,
)
