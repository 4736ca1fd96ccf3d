"""A recording whose name hides that it is one."""

from collections.abc import Iterator

from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a file with recordings without a colon, where it has others with one."""
    for file in case.pack.documents(RuleFile):
        plain = [r for r in file.recordings if ":" not in r.name]
        if plain and len(plain) < len(file.recordings):
            first = plain[0]
            yield Finding(
                first.path,
                first.line,
                f"`{first.name}` is recorded and named like a metric that code emits: the other "
                "recordings of this file have a colon in their names",
                "Name it `level:metric:operations`, such as `job:orders:rate5m`.",
                related=tuple(Place(r.path, r.line, f"`{r.name}`") for r in plain[1:]),
            )


CHECK = Check(
    id="recording-named-like-a-metric",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a recorded metric whose name hides that it is one",
    find=find,
)
