"""The provider of one root, started once for all of its commands.

Alone, each command of Terraform starts it anew, and again for every step of its own: that is half
of the processor time of a plan, as measured. Commands attach to one that stands instead, as the
acceptance tests of its makers do (terraform-plugin-testing), which is the same program.
"""

import re
import time
from collections.abc import Mapping
from pathlib import Path

from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process
from opsready.rehearsal.stage.terraform import PROVIDER, Terraform

_ATTACH = "TF_REATTACH_PROVIDERS"
_TOLD = re.compile(rf"{_ATTACH}='(\{{.*\}})'")
# It says where it listens within a second or two; a busy machine takes longer.
_START_S = 30
_PAUSE_S = 0.05


class StandingProvider:
    """Of no use to another root: what the provider block says is the provider's own once it is
    configured. Call `close` in the end."""

    def __init__(self, process: Process | None, attach: str) -> None:
        self._process = process
        self._attach = attach

    @property
    def environment(self) -> Mapping[str, str]:
        """What lets a command attach to it; nothing where it does not stand, for then a command
        starts its own."""
        stands = self._process is not None and self._process.is_alive
        return {_ATTACH: self._attach} if stands else {}

    def close(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.kill()


NONE = StandingProvider(None, "")
"""Where each command starts its own."""


def standing_provider(
    terraform: Terraform, root: Path, environment: Mapping[str, str]
) -> StandingProvider:
    """The one that `terraform init` put into the root; NONE where it has not, or does not say
    where it listens."""
    program = next(iter(root.glob(f".terraform/providers/{PROVIDER}/*/*/terraform-provider-*")), "")
    if not program:
        return NONE
    given = {**terraform.environment, **environment}
    try:
        process = Process(
            Command("provider", [str(program), "-debug"], root, given, terraform.mark)
        )
    except NoSuchCommand:
        return NONE
    deadline = time.monotonic() + _START_S
    while process.is_alive and time.monotonic() < deadline:
        told = _TOLD.search(process.log.text)
        if told:
            return StandingProvider(process, told[1])
        time.sleep(_PAUSE_S)
    process.kill()
    return NONE
