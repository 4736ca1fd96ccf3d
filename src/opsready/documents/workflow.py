"""GitHub workflows and composite actions: triggers, rights, jobs and steps with their lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.pipeline import Job, Step
from opsready.documents.shell import Command, read_shell
from opsready.documents.variable import Variable
from opsready.documents.yaml_tree import Yaml, parse_yaml, text_line

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_POSIX_SHELLS = re.compile(r"^(/bin/|/usr/bin/env )?(ba|da|z|k)?sh\b")


@dataclass(frozen=True)
class Workflow:
    """A workflow, or a composite action, which has one job and no trigger.

    `triggers` maps an event's name to what is said of it; `permissions` and `concurrency` are
    those of the whole file.
    """

    NOUN: ClassVar[str] = "workflow"

    path: str
    name: str
    triggers: Mapping[str, Yaml]
    jobs: tuple[Job, ...]
    permissions: Yaml | None = None
    concurrency: Yaml | None = None
    variables: tuple[Variable, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is neither of both."""
        tree = parse_yaml(path, text)
        if tree is None or not tree.is_mapping:
            raise Unparsable(path, 1, "is not a workflow: it is no mapping")
        if tree.get("jobs") is None and tree.get("runs") is None:
            raise Unparsable(path, 1, "is not a workflow: it has no jobs")
        return cls(
            path,
            tree.string("name") or "",
            dict(_triggers(tree)),
            tuple(_Reading(path, text, tree).jobs()),
            tree.get("permissions"),
            tree.get("concurrency"),
            tuple(_variables(tree.get("env"))),
        )

    @property
    def is_action(self) -> bool:
        """Whether it is a composite action, run by the workflows that use it."""
        return ".github/workflows/" not in self.path

    def runs_on(self, *events: str) -> bool:
        """Whether one of these events starts it."""
        return any(event in self.triggers for event in events)

    def job(self, id: str) -> Job | None:
        """The job with this id."""
        return next((job for job in self.jobs if job.id == id), None)


@dataclass(frozen=True)
class RunScript:
    """The text of one `run:`, each line of which is a line of the file; `line` is its first's.
    An expression stands in it as underscores, which no shell takes for anything but a word."""

    text: str
    line: int


def run_scripts(path: str, text: str) -> list[RunScript]:
    """Every `run:` for a POSIX shell whose lines are lines of the file: a folded one (`>`) and a
    flow scalar of several lines are left out. Empty where the file is no workflow."""
    try:
        tree = parse_yaml(path, text)
    except Unparsable:
        return []
    if tree is None or not tree.is_mapping:
        return []
    return list(_RunScripts(path, text, tree).all())


class _RunScripts:
    """Finds them in one tree."""

    def __init__(self, path: str, text: str, tree: Yaml) -> None:
        self.reading = _Reading(path, text, tree)

    def all(self) -> Iterator[RunScript]:
        """In the order of the file; those of a composite action too."""
        tree = self.reading.tree
        for holder in [tree.get("runs"), *(job for _, job in tree.items("jobs"))]:
            for step in holder.elements("steps") if holder is not None else ():
                script = self._script(step, holder or tree)
                if script is not None:
                    yield script

    def _script(self, step: Yaml, holder: Yaml) -> RunScript | None:
        run = step.get("run")
        if run is None or not self.reading.is_posix(step, holder):
            return None
        first = text_line(run, self.reading.lines)
        shown = self.reading.lines[first - 1 :]
        lines = run.text.rstrip("\n").split("\n")
        if len(lines) == 1:
            is_exact = lines[0].strip() in shown[0] if shown else False
        else:
            pairs = zip(lines, shown, strict=False)
            is_exact = len(shown) >= len(lines) and all(a.strip() == b.strip() for a, b in pairs)
        return RunScript(_EXPRESSION.sub(_as_word, run.text), first) if is_exact else None


def _as_word(expression: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "_", expression[0])


def _triggers(tree: Yaml) -> Iterator[tuple[str, Yaml]]:
    # YAML 1.1 reads the bare word `on` as true; the key keeps its text.
    on = tree.get("on")
    if on is None:
        return
    if on.is_mapping:
        yield from on.items()
    elif on.is_sequence:
        yield from ((each.text, each) for each in on.elements())
    else:
        yield on.text, on


class _Reading:
    """Turns one tree into jobs."""

    def __init__(self, path: str, text: str, tree: Yaml) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.tree = tree

    def jobs(self) -> Iterator[Job]:
        """The jobs in the order of the file."""
        jobs = self.tree.get("jobs")
        if jobs is None:
            steps = tuple(self._steps(self.tree.get("runs"), self.tree))
            yield Job(self.path, "action", 1, self.tree.string("name") or "", steps=steps)
            return
        for id, node in jobs.items():
            if node.is_mapping:
                yield self._job(id, jobs.key_line(id), node)

    def _job(self, id: str, line: int, node: Yaml) -> Job:
        return Job(
            self.path,
            id,
            line,
            node.string("name") or "",
            tuple(_words(node.get("needs"))),
            node.string("environment") or node.string("environment", "name"),
            node.string("if") or "",
            tuple(self._steps(node, node)),
            node.string("uses") or "",
            timeout_minutes=_number(node.get("timeout-minutes")),
            variables=tuple(_variables(node.get("env"))),
            concurrency=node.get("concurrency"),
            tolerated=node.string("continue-on-error") == "true",
        )

    def _steps(self, node: Yaml | None, job: Yaml) -> Iterator[Step]:
        for each in node.elements("steps") if node is not None else ():
            if each.is_mapping:
                yield Step(
                    self.path,
                    each.line,
                    each.string("name") or "",
                    each.string("uses") or "",
                    dict(each.items("with")),
                    self._commands(each, job),
                    each.string("if") or "",
                    each.string("continue-on-error") == "true",
                    tuple(_variables(each.get("env"))),
                    each.string("working-directory") or self._default(job, "working-directory"),
                )

    def _commands(self, step: Yaml, job: Yaml) -> tuple[Command, ...]:
        run = step.get("run")
        if run is None or not self.is_posix(step, job):
            return ()
        return read_shell(self.path, run.text, text_line(run, self.lines))

    def is_posix(self, step: Yaml, job: Yaml) -> bool:
        """Whether what the step runs is read by a POSIX shell; bash where it names none."""
        shell = step.string("shell") or self._default(job, "shell") or "bash"
        return bool(_POSIX_SHELLS.match(shell))

    def _default(self, job: Yaml, name: str) -> str:
        found = job.string("defaults", "run", name) or self.tree.string("defaults", "run", name)
        return found or ""


def _words(node: Yaml | None) -> Iterator[str]:
    if node is None:
        return
    if node.is_sequence:
        yield from (each.text for each in node.elements())
    elif not node.is_mapping and node.text:
        yield node.text


def _variables(node: Yaml | None) -> Iterator[Variable]:
    for name, value in node.items() if node is not None else ():
        text = value.text if not value.is_mapping and not value.is_sequence else ""
        is_reference = "${{" in text
        yield Variable(
            name, None if is_reference else text, value.line, text if is_reference else ""
        )


def _number(node: Yaml | None) -> float | None:
    return float(node.value) if node is not None and isinstance(node.value, int | float) else None
