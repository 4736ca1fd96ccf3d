"""What pipelines of every code host have in common: jobs made of steps."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from opsready.documents.image_name import ImageName
from opsready.documents.shell import Command
from opsready.documents.variable import Variable
from opsready.documents.yaml_tree import Yaml

# Words in the name of a job whose effects are thrown away with the machine it runs on.
_TRIAL_NAME = re.compile(
    r"(^|[\W_])(tests?|testing|e2e|integration|acceptance|smoke-?test|kind|minikube|k3d|lint|preview"
    r"|check|bench(mark)?|example|nightly)([\W_]|$)",
    re.IGNORECASE,
)
# "Build, test and deploy" does all three; "deploy-test" tries one.
_AND_DEPLOYS = re.compile(
    r"(\band\b|&|,|\+).*\bdeploy\b|\bdeploy\b.*(\band\b|&|,|\+)", re.IGNORECASE
)
_TRIAL_ACTION = re.compile(r"kind-action|setup-kind|setup-minikube|k3d|k3s|microk8s", re.IGNORECASE)
_TRIAL_COMMANDS = (
    ("kind", "create"),
    ("k3d", "cluster", "create"),
    ("minikube", "start"),
    ("ctlptl", "create"),
    ("k3s", "server"),
    ("microk8s", "start"),
)


@dataclass(frozen=True)
class Step:
    """One step: an action that it `uses`, or commands that it runs.

    `inputs` are what the action is given, `condition` the `if` as written, `tolerated` that its
    failure does not fail the job.
    """

    path: str
    line: int
    name: str = ""
    uses: str = ""
    inputs: Mapping[str, Yaml] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    condition: str = ""
    tolerated: bool = False
    variables: tuple[Variable, ...] = ()
    directory: str = ""

    @property
    def action(self) -> str:
        """The action without its version, in lower case; "" for commands."""
        return self.uses.partition("@")[0].lower()

    def given(self, name: str) -> str | None:
        """What the action is given under a name."""
        node = self.inputs.get(name)
        return None if node is None or node.value is None else node.text

    @property
    def given_values(self) -> list[Variable]:
        """The plain values that the action is given."""
        return [
            Variable(name, None if "$" in node.text else node.text, node.line)
            for name, node in self.inputs.items()
            if not node.is_mapping and not node.is_sequence
        ]

    @property
    def runs_on_failure(self) -> bool:
        """Whether it waits for something before it to fail."""
        return "failure()" in self.condition or "on_failure" in self.condition


@dataclass(frozen=True)
class Job:
    """One job. `environment` is the place that it names, None where it names none; `calls` a
    reusable workflow; `is_manual` that a person starts it; `timeout_minutes` None where unset;
    `stage` the number of its stage, where the pipeline has stages."""

    path: str
    id: str
    line: int
    name: str = ""
    needs: tuple[str, ...] = ()
    environment: str | None = None
    condition: str = ""
    steps: tuple[Step, ...] = ()
    calls: str = ""
    is_manual: bool = False
    timeout_minutes: float | None = None
    variables: tuple[Variable, ...] = ()
    image: ImageName | None = None
    concurrency: Yaml | None = None
    tolerated: bool = False
    stage: int | None = None

    @property
    def title(self) -> str:
        """Its name, or its id where it has none."""
        return self.name or self.id

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """The commands of all its steps, in order."""
        return tuple(command for step in self.steps for command in step.commands)

    @property
    def settings(self) -> list[Variable]:
        """The variables of the job and of its steps, and what its actions are given."""
        owner = f"job {self.id}"
        own = [
            *self.variables,
            *(variable for step in self.steps for variable in step.variables),
            *(variable for step in self.steps for variable in step.given_values),
        ]
        return [replace(variable, owner=owner) for variable in own]

    @property
    def runs_on_failure(self) -> bool:
        """Whether it waits for another job to fail."""
        return "failure()" in self.condition or "on_failure" in self.condition

    @cached_property
    def is_a_trial(self) -> bool:
        """Whether what it deploys lives only while it runs: a throw-away cluster, or a test."""
        named = _TRIAL_NAME.search(self.id) or _TRIAL_NAME.search(self.name)
        if named and not _AND_DEPLOYS.search(self.title):
            return True
        if any(_TRIAL_ACTION.search(step.action) for step in self.steps):
            return True
        return makes_cluster(self.commands)


def makes_cluster(commands: Iterable[Command]) -> bool:
    """Whether a throw-away cluster is made, so that nothing done in it reaches users."""
    return any(
        command.runs(program, *words) for command in commands for program, *words in _TRIAL_COMMANDS
    )
