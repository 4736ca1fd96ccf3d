"""GitLab CI: jobs with scripts, stages, environments and the templates that they extend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.image_name import ImageName
from opsready.documents.pipeline import Job, Step
from opsready.documents.shell import Command, read_shell
from opsready.documents.variable import Variable
from opsready.documents.yaml_tree import Yaml, parse_yaml, text_line

# Keys of the top level that are no jobs (docs.gitlab.com/ci/yaml, "Global keywords").
_GLOBAL = {
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages",
}
_TEMPLATES_AT_MOST = 10


# The stages of a pipeline that names none (docs.gitlab.com/ci/yaml, "stages").
_STAGES = (".pre", "build", "test", "deploy", ".post")


@dataclass(frozen=True)
class GitlabCi:
    """A pipeline. Jobs whose names begin with a dot are templates and no jobs of their own."""

    NOUN: ClassVar[str] = "gitlab_ci"

    path: str
    stages: tuple[str, ...]
    jobs: tuple[Job, ...]
    variables: tuple[Variable, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is no mapping."""
        # A file with a header (`spec: inputs:`) holds the pipeline in its second document.
        tree = parse_yaml(path, text)
        if tree is None or not tree.is_mapping:
            raise Unparsable(path, 1, "is not a pipeline: it is no mapping")
        stages = tuple(each.text for each in tree.elements("stages"))
        jobs = tuple(_Reading(path, text, tree).jobs())
        return cls(path, stages, jobs, tuple(_variables(tree.get("variables"))))

    def job(self, id: str) -> Job | None:
        """The job with this name."""
        return next((job for job in self.jobs if job.id == id), None)


class _Reading:
    """Turns one tree into jobs."""

    def __init__(self, path: str, text: str, tree: Yaml) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.tree = tree

    def jobs(self) -> Iterator[Job]:
        """The jobs in the order of the file."""
        for id, node in self.tree.items():
            if id in _GLOBAL or id.startswith(".") or not node.is_mapping:
                continue
            chain = self._chain(node)
            if any(each.get("script") or each.get("trigger") or each.get("run") for each in chain):
                yield self._job(id, self.tree.key_line(id), chain)

    def _chain(self, node: Yaml) -> list[Yaml]:
        """The job and the templates that it extends, nearest first."""
        chain = [node]
        for each in chain:
            extends = each.get("extends")
            names = [] if extends is None else [e.text for e in extends.elements()]
            names = names or ([extends.text] if extends is not None else [])
            above = (self.tree.get(name) for name in reversed(names))
            chain += [known for known in above if known is not None and known not in chain]
            if len(chain) > _TEMPLATES_AT_MOST:
                break
        return chain

    def _job(self, id: str, line: int, chain: list[Yaml]) -> Job:
        stage = _first(chain, "stage")
        environment = _first(chain, "environment")
        rules = _first(chain, "rules")
        image = _first(chain, "image")
        when = {_string(_first(chain, "when"))}
        when |= {each.string("when") or "" for each in (rules.elements() if rules else ())}
        return Job(
            self.path,
            id,
            line,
            needs=tuple(_needs(_first(chain, "needs"))),
            environment=_environment(environment),
            condition="on_failure" if "on_failure" in when else "",
            steps=tuple(self._steps(chain, _string(stage))),
            is_manual="manual" in when,
            timeout_minutes=_minutes(_string(_first(chain, "timeout"))),
            variables=tuple(_variables(_first(chain, "variables"))),
            image=ImageName.parse(_string(image)) if image and image.text else None,
            concurrency=_first(chain, "resource_group"),
            tolerated=_string(_first(chain, "allow_failure")) == "true",
            stage=self._stage(_string(stage) or "test"),
        )

    def _stage(self, name: str) -> int | None:
        """Its number; jobs of one stage wait for all of the stages before."""
        given = [each.text for each in self.tree.elements("stages")] or list(_STAGES)
        return given.index(name) if name in given else None

    def _steps(self, chain: list[Yaml], stage: str) -> Iterator[Step]:
        for key in ("before_script", "script", "after_script"):
            script = _first(chain, key) or self.tree.get("default", key) or self.tree.get(key)
            if script is not None:
                commands = tuple(self._commands(script))
                yield Step(self.path, script.line, f"{stage} {key}".strip(), commands=commands)

    def _commands(self, script: Yaml) -> Iterator[Command]:
        """One shell runs all lines, so a here-document may span several entries.

        Entries taken over from a template stand above those before them, and are read apart.
        """
        text, start, end = "", 0, 0
        for line, entry in self._entries(script):
            if text and line > end:
                text += "\n" * (line - end) + entry
            else:
                yield from read_shell(self.path, text, start)
                text, start = entry, line
            end = line + entry.rstrip("\n").count("\n")
            text = text.rstrip("\n")
        yield from read_shell(self.path, text, start)

    def _entries(self, script: Yaml) -> Iterator[tuple[int, str]]:
        """Line and text of each entry; lists may hold lists, where an anchor brings one."""
        if script.is_sequence:
            for each in script.elements():
                yield from self._entries(each)
        elif script.text:
            yield text_line(script, self.lines), script.text


def _first(chain: list[Yaml], key: str) -> Yaml | None:
    return next((found for node in chain if (found := node.get(key)) is not None), None)


def _string(node: Yaml | None) -> str:
    return node.text if node is not None else ""


def _environment(node: Yaml | None) -> str | None:
    """The place that a job deploys to; one that only stops a place deploys nothing."""
    if node is None or node.string("action") in {"stop", "prepare", "verify", "access"}:
        return None
    return node.string("name") if node.is_mapping else node.text or None


def _needs(node: Yaml | None) -> Iterator[str]:
    for each in node.elements() if node is not None else ():
        name = each.string("job") if each.is_mapping else each.text
        if name:
            yield name


def _variables(node: Yaml | None) -> Iterator[Variable]:
    for name, value in node.items() if node is not None else ():
        text = value.string("value") if value.is_mapping else value.text
        is_reference = text is None or "$" in text
        reference = text or "" if is_reference else ""
        yield Variable(name, None if is_reference else text, value.line, reference)


def _minutes(text: str) -> float | None:
    """GitLab writes `1h 30m` or `90 minutes`."""
    units = {"h": 60.0, "m": 1.0, "s": 1 / 60}
    parts = re.findall(r"(\d+)\s*([hms])", text)
    return sum(int(number) * units[unit] for number, unit in parts) or None
