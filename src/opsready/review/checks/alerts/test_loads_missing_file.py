"""A rule test that loads a file that is not there."""

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatch

from opsready.documents.rule_tests import RuleTests
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind


def find(case: Case) -> Iterator[Finding]:
    """One finding a pattern that fits no file of the tree."""
    paths = {source.path for source in case.pack.bundle.sources}
    paths |= {unread.path for unread in case.pack.bundle.unread}
    for tests in case.pack.documents(RuleTests):
        for pattern, line in zip(tests.patterns, tests.rule_lines, strict=True):
            outside = pattern.startswith(("..", "/")) or "{" in pattern
            there = outside or any(fnmatch(path, pattern) for path in paths)
            if not there and not _is_made(case, posixpath.basename(pattern)):
                near = [
                    p for p in sorted(paths) if posixpath.basename(p) == posixpath.basename(pattern)
                ]
                yield Finding(
                    tests.path,
                    line,
                    f"the test loads `{pattern}`, which is not in the tree: it tests nothing",
                    f"Name the file from the test's own folder: `{_from(tests.path, near[0])}`."
                    if near
                    else "Name the file that holds the rules, from the test's own folder.",
                )


def _is_made(case: Case, name: str) -> bool:
    """Whether a recipe, a script or a page that tells how to names the file: a mixin is rendered
    before it is tested."""
    kinds = (Kind.MAKEFILE, Kind.SHELL, Kind.WORKFLOW, Kind.GITLAB_CI, Kind.MARKDOWN)
    return any(name in source.text for source in case.pack.of_kind(*kinds))


def _from(path: str, target: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(path) or ".")


CHECK = Check(
    id="test-loads-missing-file",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a rule test that loads a file that is not there",
    find=find,
)
