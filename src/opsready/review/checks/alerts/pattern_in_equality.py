"""A pattern in a matcher that compares for equality."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# What only a pattern has: `5..`, `.*`, `.+`, alternatives in parentheses or of status codes.
_PATTERN = re.compile(r"^[1-5]\.\.$|\.[*+]|^\(?\w+(?:\|\w+)+\)?$|\[[0-9a-z]-[0-9a-z]\]|\[\d+\]\.")


def find(case: Case) -> Iterator[Finding]:
    """One finding a matcher whose value looks like a pattern and is read as a word."""
    for owner, expression in case.pack.bundle.assembled(RuleBook).named_expressions():
        for use in expression.selectors:
            for matcher in use.selector.matchers:
                if matcher.op in {"=", "!="} and _PATTERN.search(matcher.value):
                    tilde = "=~" if matcher.op == "=" else "!~"
                    what = (
                        "no series has" if matcher.op == "=" else "every series passes, as none has"
                    )
                    yield Finding(
                        expression.path,
                        expression.line,
                        f'`{owner}` compares `{matcher.label}{matcher.op}"{matcher.value}"` as a '
                        f"plain word: {what} this value",
                        f'Write `{matcher.label}{tilde}"{matcher.value}"`.',
                    )


CHECK = Check(
    id="pattern-in-equality",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a pattern that is compared as a plain word",
    find=find,
)
