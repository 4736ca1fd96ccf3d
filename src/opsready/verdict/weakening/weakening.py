"""A weakening: something that must hold, and need less than before."""

from dataclasses import dataclass
from enum import StrEnum

from opsready.sources.source import Bundle
from opsready.spec.spec import Spec


class Kind(StrEnum):
    """What became weaker."""

    OBJECTIVE = "objective"
    HEALTH = "health"
    DEPENDENCY = "dependency"
    JOURNEY = "journey"
    FAILURE_MODE = "failure_mode"
    CONFIGURATION = "configuration"
    APPROVAL = "approval"
    PAGING = "paging"
    ASSUMPTION = "assumption"
    ALLOWANCE = "allowance"
    CRITERION = "criterion"
    ALERT = "alert"


@dataclass(frozen=True)
class Standing:
    """A tree at one time: its texts, and what was decided from them."""

    spec: Spec
    bundle: Bundle


@dataclass(frozen=True)
class Weakening:
    """`what` names the thing, `before` and `after` its old and its new value, in words; `path`
    and `line` are where it stands now, empty where it is gone or stands in no file."""

    kind: Kind
    what: str
    before: str
    after: str
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f" ({self.path}:{self.line})" if self.path else ""
        return f"{self.what}: {self.before} → {self.after}{place}"
