"""A pattern that leaves nothing out, or everything."""

from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a matcher that decides nothing, and one that nothing passes."""
    for owner, expression in case.pack.bundle.assembled(RuleBook).named_expressions():
        if expression.is_template:
            continue
        for use in expression.selectors:
            for matcher in use.selector.matchers:
                if matcher.value == ".*" and matcher.op in {"=~", "!~"}:
                    fault = "everything passes" if matcher.op == "=~" else "nothing passes"
                    yield Finding(
                        expression.path,
                        expression.line,
                        f'`{owner}` asks for `{matcher.label}{matcher.op}".*"`: {fault}',
                        "Leave it out; where the label must be there, write "
                        f'`{matcher.label}=~".+"`.',
                    )


CHECK = Check(
    id="pattern-matches-everything",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a pattern that leaves nothing out",
    find=find,
)
