"""Asks one linter, the real tool, about files in memory."""

from opsready.review.foreign import left_out
from opsready.review.lint import Linted, linting
from opsready.review.linter import Linter
from tests.build import make_bundle


def ask(linter: Linter, files: dict[str, str]) -> Linted:
    with linting((linter,), make_bundle(files), left_out()) as linted:
        [answer] = linted()
    return answer


def found(linter: Linter, files: dict[str, str]) -> list[tuple[str, int, str, str]]:
    """Path, line, rule and severity of each finding that nothing suppresses; all was judged."""
    answer = ask(linter, files)
    assert answer.missing is None
    return sorted(
        (f.path, f.line, f.check, str(f.severity)) for f in answer.findings if not f.suppressed
    )


def silenced(linter: Linter, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """Place and rule of each finding that a comment of its file suppresses."""
    return [(f.path, f.line, f.check) for f in ask(linter, files).findings if f.suppressed]
