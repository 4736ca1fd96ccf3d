"""A failure that will happen one night, and that no runbook entry is about."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Entry, Runbooks
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity

_WORDS = re.compile(r"[a-z0-9]{3,}")
_OF_ANY_FAILURE = re.compile(
    r"the|and|down|fail(?:s|ed|ure)|bad|broken|out|not|answer|gone|slow|unavailable|errors?|service"
    r"|when|has|does|lost|expired"
)
# By what else people call it in a heading.
_ALSO = {
    "postgresql": ("postgres", "database", "primary", "standby", "failover"),
    "mysql": ("mariadb", "database", "primary", "replica", "failover"),
    "mongodb": ("mongo", "database", "primary", "failover"),
    "redis": ("cache", "valkey", "elasticache"),
    "memcached": ("cache", "memcache"),
    "rabbitmq": ("queue", "broker", "rabbit"),
    "kafka": ("queue", "broker", "topic", "consumer"),
    "elasticsearch": ("search", "opensearch"),
    "smtp": ("mail", "email"),
    "s3": ("object storage", "bucket", "blob"),
    "release": ("rollback", "roll back", "deploy", "rolling back"),
    "certificate": ("cert", "tls"),
}


def find(case: Case) -> Iterator[Finding]:
    """One finding a failure mode of the spec that no entry speaks of."""
    runbooks = case.pack.bundle.assembled(Runbooks)
    if not runbooks.entries:
        raise NotRun("the tree has no runbook")
    first = runbooks.entries[0]
    for mode in case.spec.operations.failure_modes:
        if not any(_is_about(entry, mode.name) for entry in runbooks.entries):
            origin = case.spec.origin(f"failure_modes.{mode.name}.name")
            yield Finding(
                first.path,
                first.line,
                f'no runbook entry is about "{mode.name}"',
                "Write one: symptom, diagnosis with the output to expect, remedy with commands, "
                "how to see that it worked, when to call for help, how to undo it.",
                related=(Place(origin.path, origin.line, origin.why),)
                if origin and origin.path
                else (),
                anchor=mode.name,
            )


def _is_about(entry: Entry, mode: str) -> bool:
    """Whether its name, its page's title or one of its headings speaks of the failure; a mention
    in passing is no entry."""
    headings = [section.heading for section in entry.page.sections]
    spoken = " ".join([entry.name, entry.path, entry.page.title or "", *headings]).lower()
    words = [word for word in _WORDS.findall(mode.lower()) if not _OF_ANY_FAILURE.fullmatch(word)]
    return (
        any(name in spoken for word in words for name in (word, *_ALSO.get(word, ()))) or not words
    )


CHECK = Check(
    id="failure-mode-without-runbook",
    mandate="DONE-3",
    severity=Severity.WARNING,
    title="a failure that no runbook entry is about",
    find=find,
)
