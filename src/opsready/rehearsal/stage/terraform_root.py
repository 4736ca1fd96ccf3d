"""One root of Terraform on the stage: planned, judged by the guard, and only then applied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsready.rehearsal.stage.apply_guard import admit_environment, admit_files, admit_plan
from opsready.rehearsal.stage.process import Process
from opsready.rehearsal.stage.standing_provider import NONE, StandingProvider, standing_provider
from opsready.rehearsal.stage.terraform import Terraform
from opsready.rehearsal.stage.trouble import CannotStage

# What is printed where a value is asked for that neither the tree nor the spec has.
_ASKS = re.compile(r"No value for required variable|does not start without")
# An error of `init` that only says that others follow.
_NO_REASON = "encountered problems during initiali"
_MOCKS = re.compile(r'^mock_provider "aws" \{', re.MULTILINE)
_LINES = 60
_MESSAGE_LINES = 4


class Fault(Exception):
    """A command of Terraform failed by what the files say: that is an answer about the tree."""


@dataclass(frozen=True)
class Plan:
    """A saved plan, and what it says as JSON."""

    path: Path
    json: Mapping[str, Any]


@dataclass
class Root:
    """A folder of the working copy. Nothing of it runs before the guard has read its files."""

    terraform: Terraform
    folder: Path
    environment: Mapping[str, str]
    allow_exec: bool = False
    ran: list[str] = field(default_factory=list)
    _provider: StandingProvider = field(default=NONE, repr=False)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def init(self, *arguments: str) -> None:
        """Raises Refused, CannotStage where the provider is not to be had, or Fault."""
        admit_environment(self.environment)
        admit_files(self.folder, allow_exec=self.allow_exec)
        words = ["-input=false", *arguments]
        self._checked(
            "init", self.terraform.init(self.folder, *words, environment=self.environment)
        )

    def start_provider(self) -> None:
        """One for all commands that follow, after `init`; `close` ends it."""
        self.close()
        self._provider = standing_provider(self.terraform, self.folder, self.environment)

    def close(self) -> None:
        """Ends the provider; later commands start their own."""
        self._provider.close()

    def run(self, *arguments: str) -> str:
        """A command that must succeed; returns its last line. Raises Fault."""
        return self._checked(arguments[0], self.attempt(*arguments))

    def attempt(self, *arguments: str) -> Process:
        """A command that may fail."""
        words = [arguments[0], "-no-color", *arguments[1:]]
        return self.terraform.run(self.folder, *words, environment=self._given)

    def test(self) -> str:
        """The root's own tests; returns how they ended. Beside an apply none may tell the provider
        anything: where one mocks none, they start another. Raises Fault."""
        given = self._given if self._mocks() else self.environment
        return self._checked(
            "test", self.terraform.run(self.folder, "test", "-no-color", environment=given)
        )

    def plan(self, name: str, arguments: Sequence[str]) -> Plan:
        """A saved plan. Raises Fault."""
        path = self.folder / f"{name}.tfplan"
        self.run("plan", "-input=false", f"-out={path.name}", *arguments)
        told = self.terraform.json(self.folder, "show", "-json", path.name, environment=self._given)
        if told is None:
            raise Fault(f"{self.name}: the plan {name} cannot be read back")
        return Plan(path, told)

    def apply(self, plan: Plan) -> None:
        """Exactly this plan, if the guard admits it. Raises Refused or Fault."""
        self.admit(plan)
        self.run("apply", "-input=false", plan.path.name)

    def admit(self, plan: Plan) -> None:
        """Raises Refused where the plan could reach beyond loopback."""
        admit_environment(self.environment)
        admit_plan(plan.json, allow_exec=self.allow_exec)

    def outputs(self) -> dict[str, Any]:
        """By name. Raises Fault."""
        told = self.terraform.json(self.folder, "output", "-json", environment=self.environment)
        if told is None:
            raise Fault(f"{self.name}: its outputs cannot be read")
        return {name: output["value"] for name, output in told.items()}

    @property
    def _given(self) -> dict[str, str]:
        return {**self.environment, **self._provider.environment}

    def _mocks(self) -> bool:
        files = [*self.folder.glob("*.tftest.hcl"), *self.folder.glob("tests/*.tftest.hcl")]
        return all(_MOCKS.search(file.read_text(encoding="utf-8")) for file in files)

    def _checked(self, what: str, ran: Process) -> str:
        self.ran.append(f"{self.name} {what}")
        told = error_of(ran) if ran.exit_code else ""
        if _ASKS.search(told):
            raise CannotStage(f"{self.name}: {told}")
        if ran.exit_code != 0 or ran.fault:
            raise Fault(f"{self.name}: {what} failed: {ran.fault or told}")
        return ran.told(1)


def error_of(ran: Process) -> str:
    """The message that Terraform frames, without the frame."""
    lines = [line.strip("│╷╵ ") for line in ran.log.last_lines(_LINES)]
    told = [line for line in lines if line]
    errors = [n for n, line in enumerate(told) if line.startswith("Error")]
    at = next((n for n in errors if _NO_REASON not in told[n]), None)
    chosen = told[at : at + _MESSAGE_LINES] if at is not None else told[-_MESSAGE_LINES:]
    return " · ".join(chosen) or "it printed nothing"
