"""What the pipelines and scripts of a tree do: the ways on which a change reaches users."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import PurePosixPath
from typing import TypeVar

from opsready.documents.effect import Effect, effect_of, effects_of
from opsready.documents.gitlab_ci import GitlabCi
from opsready.documents.makefile import Makefile
from opsready.documents.package_json import PackageJson
from opsready.documents.pipeline import Job, Step, makes_cluster
from opsready.documents.shell import Command, ShellScript, read_shell
from opsready.documents.tool import Does
from opsready.documents.workflow import Workflow
from opsready.sources.purpose import Purpose, purpose_of
from opsready.sources.source import Bundle

Found = TypeVar("Found")

# A script that calls a script that calls a target: deeper chains are not followed.
_FOLLOWED_AT_MOST = 4
_SHELLS = {"bash", "sh", "zsh", "dash", "source", "."}
_NODE_RUNNERS = {"npm", "yarn", "pnpm"}
_VARIABLE_FOLDER = re.compile(r"^(\$\{?\w+\}?/|\./|/)+")
_TRIAL_PLACE = re.compile(
    r"review|preview|pull|\b(pr|dev|devel|development|tests?|testing|sandbox|ci|local)\b",
    re.IGNORECASE,
)
# Scripts do many things to a cluster; these say that they bring a version to it.
_DEPLOYING = re.compile(r"deploy|release|roll-?out|ship|publish|prod|upgrade|update|apply", re.I)
_WAY_BACK = re.compile(r"(^|[\W_])(roll[-_ ]?back|undo|revert)([\W_]|$)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
# What brings a service up where a job runs on the service's own machine.
_ON_ITS_MACHINE = {"docker compose up", "docker-compose up", "docker run", "systemctl restart"}


@dataclass(frozen=True)
class Act:
    """An effect, and the job and step that bring it about; both None in a script run by hand."""

    effect: Effect
    job: Job | None = None
    step: Step | None = None

    @property
    def is_a_trial(self) -> bool:
        """Whether what it changes is thrown away afterwards."""
        if self.job is None:
            return purpose_of(self.effect.path) is Purpose.TRIAL
        place = self.job.environment or ""
        return self.job.is_a_trial or bool(_TRIAL_PLACE.search(place.split("/")[0]))

    @property
    def deploys(self) -> bool:
        """Whether it changes what users depend on."""
        return self.effect.is_a(Does.DEPLOYS) and not self.is_a_trial

    @property
    def runs_on_failure(self) -> bool:
        """Whether something before it must fail first."""
        by_job = self.job is not None and self.job.runs_on_failure
        by_step = self.step is not None and self.step.runs_on_failure
        command = self.effect.command
        return by_job or by_step or (command is not None and command.after_failure)

    @property
    def takes_back(self) -> bool:
        """Whether it belongs to the way back: it waits for a failure, or what runs it is named
        after a rollback."""
        command = self.effect.command
        names = [PurePosixPath(self.effect.path).name]
        names += [command.function] if command is not None else []
        names += [self.step.name] if self.step is not None else []
        names += [self.job.id, self.job.name] if self.job is not None else []
        return self.runs_on_failure or any(map(_WAY_BACK.search, names))

    @property
    def called_at(self) -> tuple[str, int]:
        """Where the pipeline brings it about: its own line, or the step that calls its script."""
        if self.step is not None and self.step.path != self.effect.path:
            return self.step.path, self.step.line
        return self.effect.path, self.effect.line

    def given(self, word: str) -> str:
        """A word of its command with the variables put in that its text, step or job set."""
        command = self.effect.command
        word = command.filled(word) if command is not None else word
        own = [*(self.step.variables if self.step is not None else ())]
        own += [*(self.job.variables if self.job is not None else ())]
        known = {v.name: v.value or v.reference for v in reversed(own)}
        return _VARIABLE.sub(lambda v: known.get(v[1] or v[2]) or v[0], word)


@dataclass(frozen=True)
class DeployPath:
    """One way to users: a pipeline, or a script or target that a person starts.

    `acts` are in the order of the text, called scripts and workflows in their place.
    """

    path: str
    name: str
    acts: tuple[Act, ...]
    pipeline: Workflow | GitlabCi | None = None

    @cached_property
    def deploys(self) -> tuple[Act, ...]:
        """The acts that change what runs."""
        return tuple(act for act in self.acts if act.deploys)

    def that(self, *does: Does) -> list[Act]:
        """The acts that do one of these."""
        return [act for act in self.acts if act.effect.is_a(*does)]

    def after(self, act: Act, *does: Does) -> list[Act]:
        """The act itself, and those behind it, that do one of these."""
        behind = self.acts[self.acts.index(act) :]
        return [each for each in behind if each.effect.is_a(*does)]

    def is_certain_order(self, first: Act, second: Act) -> bool:
        """Whether one always comes before the other: in the same job by the order of its text,
        in another because that waits for the first's job."""
        if first.job is None or second.job is None or first.job.id == second.job.id:
            return self.acts.index(first) < self.acts.index(second)
        return first.job.id in self._waits_for(second.job)

    def _waits_for(self, job: Job) -> set[str]:
        """The ids of all jobs that end before this one starts."""
        jobs = {each.id: each for each in (self.pipeline.jobs if self.pipeline else ())}
        found: set[str] = set()
        pending = [job.id]
        while pending:
            waiting = jobs.get(pending.pop())
            if waiting is None:
                continue
            before = set(waiting.needs)
            if waiting.stage is not None and not before:
                before = {j.id for j in jobs.values() if (j.stage or 0) < waiting.stage}
            pending += before - found
            found |= before
        return found

    @property
    def jobs(self) -> list[Job]:
        """The jobs that deploy, each once."""
        return list({act.job.id: act.job for act in self.deploys if act.job is not None}.values())


@dataclass(frozen=True)
class Automation:
    """`pipelines` are all that the tree has; `scripts` deploy and no pipeline calls them."""

    pipelines: tuple[DeployPath, ...]
    scripts: tuple[DeployPath, ...]

    @property
    def paths(self) -> list[DeployPath]:
        """The pipelines that deploy."""
        return [pipeline for pipeline in self.pipelines if pipeline.deploys]

    @property
    def acts(self) -> Iterator[Act]:
        """All that pipelines do."""
        return chain.from_iterable(pipeline.acts for pipeline in self.pipelines)


def read_automation(bundle: Bundle) -> Automation:
    """What the pipelines of a tree do, and the deploying scripts that are left to people; read
    once for a bundle."""
    return bundle.once(Automation, lambda: _Following(bundle).automation())


class _Following:
    """Follows calls from pipelines into scripts, targets and other workflows."""

    def __init__(self, bundle: Bundle) -> None:
        self.workflows = {w.path: w for w in bundle.documents(Workflow)}
        self.gitlab = bundle.documents(GitlabCi)
        self.scripts = {s.path: s for s in bundle.documents(ShellScript)}
        self.makefiles = {m.path: m for m in bundle.documents(Makefile)}
        self.packages = bundle.documents(PackageJson)
        self.called: set[str] = set()

    def automation(self) -> Automation:
        """Pipelines first: what they call is no script of its own."""
        pipelines = [self._workflow(w) for w in self.workflows.values() if not w.is_action]
        pipelines += [self._gitlab(pipeline) for pipeline in self.gitlab]
        entered = [p for p in pipelines if p.path not in self.called]
        scripts = [path for path in self._loose() if path.deploys]
        return Automation(tuple(entered), tuple(scripts))

    def _workflow(self, workflow: Workflow) -> DeployPath:
        acts = chain.from_iterable(self._job(job, 0) for job in workflow.jobs)
        name = workflow.name or PurePosixPath(workflow.path).name
        on_proposal = bool(workflow.triggers) and all(
            event.startswith(("pull_request", "merge_group")) for event in workflow.triggers
        )
        return DeployPath(workflow.path, name, _tried(acts, on_proposal=on_proposal), workflow)

    def _gitlab(self, pipeline: GitlabCi) -> DeployPath:
        acts = chain.from_iterable(self._job(job, 0) for job in pipeline.jobs)
        return DeployPath(pipeline.path, pipeline.path, tuple(acts), pipeline)

    def _job(self, job: Job, depth: int) -> Iterator[Act]:
        if depth > _FOLLOWED_AT_MOST:
            return
        called = self.workflows.get(job.calls.removeprefix("./"))
        if called is not None:
            self.called.add(called.path)
            for inner in called.jobs:
                # The caller's condition and name hold for all that it calls.
                heir = replace(inner, condition=inner.condition or job.condition)
                yield from self._job(heir, depth + 1)
        elif re.search(r"deploy|release-to", job.calls):
            does = frozenset({Does.DEPLOYS})
            effect = Effect(
                does, "workflow", job.path, job.line, job.calls, job.calls, is_opaque=True
            )
            yield Act(effect, job)
        for step in job.steps:
            yield from self._step(step, job, depth)

    def _step(self, step: Step, job: Job, depth: int) -> Iterator[Act]:
        if step.uses.startswith("./"):
            folder = step.uses.removeprefix("./").rstrip("/")
            action = self.workflows.get(f"{folder}/action.yml")
            action = action or self.workflows.get(f"{folder}/action.yaml")
            if action is not None and depth <= _FOLLOWED_AT_MOST:
                for inner in action.jobs[0].steps:
                    kept = replace(inner, condition=inner.condition or step.condition)
                    yield from self._step(kept, job, depth + 1)
                return
        found = list(effects_of(step))
        own = {id(effect.command): effect for effect in found if effect.command is not None}
        for command in step.commands:
            effect = own.pop(id(command), None)
            if effect is None and job.environment:
                effect = _on_its_machine(command)
            followed = list(self._followed(command, step.directory, 0))
            if effect is not None and not (effect.is_opaque and followed):
                yield Act(effect, job, step)
            yield from (Act(each, job, step) for each in followed)
        by_action = (e for e in found if e.command is None or id(e.command) in own)
        yield from (Act(each, job, step) for each in by_action)

    def _followed(self, command: Command | None, folder: str, depth: int) -> Iterator[Effect]:
        """What the script or target that a command calls does in its turn."""
        if command is None or command.host or depth > _FOLLOWED_AT_MOST:
            return
        for called in self._called(command, folder):
            circumstance = replace(
                called,
                after_failure=called.after_failure or command.after_failure,
                tolerated=called.tolerated or command.tolerated,
            )
            effect = effect_of(circumstance)
            deeper = list(self._followed(circumstance, folder, depth + 1))
            if effect is not None and not (effect.is_opaque and deeper):
                yield effect
            yield from deeper

    def _called(self, command: Command, folder: str) -> tuple[Command, ...]:
        if command.program in {"make", "gmake"}:
            return self._targets(command, command.value("-C", "--directory") or folder)
        if command.program in _NODE_RUNNERS and command.operands:
            return self._node_script(command.operands[-1])
        operands = command.operands
        is_shell = command.program in _SHELLS and operands
        written = operands[0] if is_shell else command.program_path
        if "/" not in written and not written.endswith(".sh"):
            return ()
        found = _lookup(self.scripts, written, folder)
        if found is None:
            return ()
        self.called.add(found.path)
        return found.commands

    def _targets(self, command: Command, folder: str) -> tuple[Command, ...]:
        found = _lookup(self.makefiles, "Makefile", folder)
        if found is None:
            return ()
        names = [word for word in command.operands if "=" not in word]
        self.called |= {f"{found.path}#{name}" for name in names}
        return tuple(chain.from_iterable(found.commands_of(name) for name in names))

    def _node_script(self, name: str) -> tuple[Command, ...]:
        package = next((p for p in self.packages if name in p.scripts), None)
        if package is None:
            return ()
        line = package.line_of("scripts", name)
        return read_shell(package.path, package.scripts[name], line)

    def _loose(self) -> Iterator[DeployPath]:
        """Scripts and targets that no pipeline calls, each with what it calls itself."""
        for makefile in self.makefiles.values():
            for target in makefile.targets:
                called = f"{makefile.path}#{target.name}" in self.called
                if _DEPLOYING.search(target.name) and not called:
                    acts = tuple(self._loose_acts(target.commands))
                    yield DeployPath(makefile.path, f"make {target.name}", acts)
        for script in self.scripts.values():
            stem = PurePosixPath(script.path).name
            is_deploy = _DEPLOYING.search(stem) and not makes_cluster(script.commands)
            if is_deploy and script.path not in self.called:
                acts = tuple(self._loose_acts(script.commands))
                yield DeployPath(script.path, script.path, acts)

    def _loose_acts(self, commands: Iterable[Command]) -> Iterator[Act]:
        for command in commands:
            followed = list(self._followed(command, "", 0))
            effect = effect_of(command)
            if effect is not None and not (effect.is_opaque and followed):
                yield Act(effect)
            yield from map(Act, followed)


def _on_its_machine(command: Command) -> Effect | None:
    """A job that names a place, and brings containers up, runs on that place's machine."""
    if command.host:
        return None
    effect = effect_of(replace(command, host="its machine"))
    if effect is None or effect.name not in _ON_ITS_MACHINE:
        return None
    return replace(effect, tool="compose", command=command)


def _tried(acts: Iterable[Act], *, on_proposal: bool) -> tuple[Act, ...]:
    """What only proposals start never reaches users: its deploys are previews."""
    if not on_proposal:
        return tuple(acts)
    return tuple(act for act in acts if not act.effect.is_a(Does.DEPLOYS))


def _lookup(known: Mapping[str, Found], written: str, folder: str) -> Found | None:
    """The file that a path means, from the working folder, from the root, or by its end."""
    path = _VARIABLE_FOLDER.sub("", written)
    inside = f"{folder.removeprefix('./').rstrip('/')}/{path}"
    for candidate in (inside, path):
        if candidate in known:
            return known[candidate]
    ends = [value for name, value in known.items() if "/" in path and name.endswith("/" + path)]
    return ends[0] if len(ends) == 1 else None
