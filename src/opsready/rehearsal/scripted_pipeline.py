"""What a workflow runs in order to bring a release to one place, where its steps are scripts that
run the same here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from opsready.documents.pipeline import Job, Step
from opsready.documents.shell import Command
from opsready.documents.workflow import Workflow
from opsready.hats.pack import Pack

FOLDER = "deploy/pipeline"
# What the four releases of a rehearsal need of a pipeline; `migrate` only where there is a schema.
_NEEDED = ("plan", "apply", "verify", "rollback", "record")
# These come before there is a place to bring a release to.
BEFORE = frozenset({"test", "build"})
_OUTCOME = re.compile(r"steps\.\w+\.outcome\s*!=\s*'skipped'")


@dataclass(frozen=True)
class ScriptStep:
    """One script that a step calls. `on_failure`: only after one before it failed; `always`: then
    too; `after_apply`: only where `apply` was tried; `tolerated`: its own failure is nothing."""

    name: str
    words: tuple[str, ...]
    on_failure: bool = False
    always: bool = False
    after_apply: bool = False
    tolerated: bool = False


@dataclass(frozen=True)
class ScriptedPipeline:
    """The steps to one place, in the order of the workflow; `before` are those of no place."""

    workflow: str
    environment: str
    steps: tuple[ScriptStep, ...]
    before: tuple[ScriptStep, ...] = ()


def scripted_pipeline(pack: Pack, environments: list[str]) -> ScriptedPipeline | str:
    """The pipeline to the first of these places that a workflow deploys to by the scripts of
    `deploy/pipeline`; else the reason why there is none."""
    workflows = [w for w in pack.documents(Workflow) if not w.is_action]
    for workflow in workflows:
        for environment in environments:
            steps = tuple(_steps(workflow, environment))
            missing = [name for name in _NEEDED if name not in {step.name for step in steps}]
            if any(step.name == "apply" for step in steps):
                if "plan" in missing or "verify" in missing:
                    return f"{workflow.path} calls no {FOLDER}/{missing[0]} for {environment}"
                return ScriptedPipeline(workflow.path, environment, steps, _before(workflow))
    if not workflows:
        return "the tree has no workflow"
    paths = ", ".join(workflow.path for workflow in workflows[:3])
    return f"no job of {paths} deploys by scripts named {FOLDER}/apply: the steps are others' tools"


def _before(workflow: Workflow) -> tuple[ScriptStep, ...]:
    scripts = (s for job in workflow.jobs for step in job.steps for s in _scripts(job, step))
    return tuple({s.name: s for s in scripts if s.name in BEFORE}.values())


def _steps(workflow: Workflow, environment: str) -> Iterator[ScriptStep]:
    """Of the jobs that belong to the place; a plan may be made under a name of its own."""
    for job in workflow.jobs:
        if job.environment in {environment, f"{environment}-plan"}:
            scripts = (script for step in job.steps for script in _scripts(job, step))
            steps = [script for script in scripts if script.name not in BEFORE]
            if not _is_asked_for(job, steps):
                yield from steps


def _is_asked_for(job: Job, steps: Sequence[ScriptStep]) -> bool:
    """Whether it only takes a release back, and nothing before it failed: a person starts it."""
    return not job.runs_on_failure and any(
        step.name == "rollback" and not step.on_failure for step in steps
    )


def _scripts(job: Job, step: Step) -> Iterator[ScriptStep]:
    for command in step.commands:
        name = _script_of(command)
        if name:
            yield ScriptStep(
                name,
                command.words,
                "failure()" in step.condition,
                "always()" in step.condition,
                bool(_OUTCOME.search(step.condition)),
                command.tolerated or step.tolerated or job.tolerated,
            )


def _script_of(command: Command) -> str:
    """The script's name, where the command runs one of the folder."""
    operands = command.operands
    path = operands[0] if command.program in {"bash", "sh"} and operands else command.program_path
    inside = PurePosixPath(path.removeprefix("./"))
    return inside.name if inside.parent.as_posix() == FOLDER else ""
