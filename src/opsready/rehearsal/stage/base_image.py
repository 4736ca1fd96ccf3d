"""On which base an image is built: the one that its definition names, or what stands in for it."""

import os
import re
from dataclasses import dataclass

from opsready.rehearsal.stage.engine import Engine

STAND_IN = "localhost/opsready-base:python"
"""What `make tools` makes on a machine that reaches no registry."""

VARIABLE = "OPSREADY_IMAGE_BASE"
_ARGUMENT = re.compile(r"(?m)^\s*ARG\s+(BASE)=(\S+)")
_USED = re.compile(r"(?mi)^\s*FROM\s+(?:--\S+\s+)*\$\{?BASE\b")


@dataclass(frozen=True)
class Base:
    """`named` is what the definition says, None where it takes no base as an argument; `used` is
    what it is built on."""

    named: str | None
    used: str | None

    @property
    def stands_in(self) -> bool:
        """Whether another is used than is named."""
        return self.used != self.named

    @property
    def arguments(self) -> dict[str, str]:
        """Build arguments that bring it about."""
        return {"BASE": self.used} if self.stands_in and self.used else {}

    def to_json(self) -> dict[str, object]:
        """For the evidence."""
        return {"named": self.named, "used": self.used, "stands_in": self.stands_in}


def base_of(definition: str, engine: Engine) -> Base:
    """The named base where it is here or can be fetched; else the stand-in, where there is one."""
    argument = _ARGUMENT.search(definition)
    if argument is None or not _USED.search(definition):
        return Base(None, None)
    named = argument[2].strip("\"'")
    stand_in = os.environ.get(VARIABLE) or STAND_IN
    if engine.has(named) or not engine.has(stand_in) or engine.pull(named).exit_code == 0:
        return Base(named, named)
    return Base(named, stand_in)
