"""A finding: a fault at a place, with its remedy."""

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum

KNOWN = "known since the baseline"
"""Why a finding of the baseline is suppressed."""


class Severity(StrEnum):
    """blocker: not ready while it stands · warning: mend soon · advice: consider."""

    BLOCKER = "blocker"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Place:
    """A second place that a finding speaks of."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Finding:
    """`message` says what is wrong here and now; `remedy` what to do.

    A check yields it with path, line, message and remedy; the review fills in the rest.
    `anchor` is the text of the line, from which a fingerprint that survives moved lines is made.
    """

    path: str
    line: int
    message: str
    remedy: str
    check: str = ""
    mandate: str = ""
    severity: Severity = Severity.WARNING
    related: tuple[Place, ...] = ()
    anchor: str = ""
    repeat: int = 0
    tool: str = "opsready"
    suppressed: str | None = None

    @property
    def fingerprint(self) -> str:
        """Stable while check, path and the words of the line stay; blanks and lines may move."""
        words = re.sub(r"\s+", " ", self.anchor or self.message).strip()
        identity = "\0".join((self.check, self.path, words, str(self.repeat)))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]

    def suppressed_by(self, reason: str) -> "Finding":
        """The same finding, allowed by its owner or known before, with the reason."""
        return replace(self, suppressed=reason)
