"""A less urgent alert that mutes a more urgent one."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.promql.nodes import Matcher
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# From the least urgent to the most: a word of a later line must not be muted by one of an earlier.
_RANKS = {
    word: rank
    for rank, words in enumerate(
        ("none info informational notice debug", "ticket warning warn minor", "page critical crit")
    )
    for word in words.split()
}


def find(case: Case) -> Iterator[Finding]:
    """One finding an inhibition whose source is less urgent than its target."""
    for config in case.pack.documents(Alertmanager):
        for inhibition in config.inhibitions:
            source, target = _severity(inhibition.source), _severity(inhibition.target)
            if source and target and _RANKS[source] < _RANKS[target]:
                yield Finding(
                    config.path,
                    inhibition.line,
                    f'while a "{source}" fires, no "{target}" is told to anybody',
                    "Swap source and target: the urgent alert mutes the one that can wait.",
                )


def _severity(matchers: tuple[Matcher, ...]) -> str | None:
    """The one severity that these matchers ask for, where they ask for nothing else."""
    if len(matchers) != 1 or matchers[0].label != "severity" or matchers[0].op != "=":
        return None
    word = matchers[0].value.lower()
    return word if word in _RANKS else None


CHECK = Check(
    id="inhibition-upside-down",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a ticket that mutes a page",
    find=find,
)
