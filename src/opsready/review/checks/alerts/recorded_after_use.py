"""A rule that reads what a later rule of its group records."""

from collections.abc import Iterator

from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a rule that sees the value of one evaluation ago."""
    for file in case.pack.documents(RuleFile):
        for group in file.groups:
            first = {r.name: r.line for r in reversed(group.recordings)}
            for rule in group.rules:
                for name in sorted(rule.expression.metrics & first.keys() - {rule.name}):
                    if first[name] > rule.line:
                        yield Finding(
                            rule.path,
                            rule.line,
                            f"`{rule.name}` reads `{name}`, which is recorded below it: it sees "
                            "the value of one evaluation ago",
                            "Move the recording above it: rules of a group run in their order.",
                            related=(Place(rule.path, first[name], f"records `{name}`"),),
                        )


CHECK = Check(
    id="recorded-after-use",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a rule that reads what is recorded below it",
    find=find,
)
