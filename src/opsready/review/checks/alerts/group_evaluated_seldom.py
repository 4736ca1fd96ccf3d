"""A group that is evaluated further apart than a sample lives."""

from collections.abc import Iterator

from opsready.documents.rules import RuleFile
from opsready.promql.literals import format_duration
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# An instant selector sees samples of the last five minutes (`query.lookback-delta`).
LIVES_S = 300


def find(case: Case) -> Iterator[Finding]:
    """One finding a group whose results come and go."""
    for file in case.pack.documents(RuleFile):
        for group in file.groups:
            if group.interval_s > LIVES_S and (group.alerts or group.recordings):
                every = format_duration(int(group.interval_s * 1000))
                yield Finding(
                    group.path,
                    group.interval_line,
                    f"the group `{group.name}` is evaluated every {every}, and a sample is seen "
                    "for 5m: what it records is gone between two evaluations",
                    "Evaluate it every 5m at most; what is costly is best made of shorter steps.",
                )


CHECK = Check(
    id="group-evaluated-seldom",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="rules that are evaluated further apart than samples live",
    find=find,
)
