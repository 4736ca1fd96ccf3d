"""Dockerfile: stages and instructions with their lines, arguments filled in where they are known.

Format: docs.docker.com/reference/dockerfile (continuations, here-documents, both forms of CMD).
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.health_command import health_path
from opsready.documents.image_name import ImageName
from opsready.documents.shell import Command, read_shell
from opsready.documents.variable import Variable

_INSTRUCTION = re.compile(r"^\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_KNOWN = {
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
}
# A template's expression stands for a word; lines stay where they are.
_TEMPLATE = re.compile(r"\{\{[^\n]*?\}\}")
_HERE = re.compile(r"<<-?(['\"]?)(\w+)\1")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))")
_PAIR = re.compile(r"""([\w.-]+)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|\S)*)""")


@dataclass(frozen=True)
class Instruction:
    """One instruction. `value` is its text with continued lines kept apart by line ends."""

    keyword: str
    value: str
    line: int
    path: str

    @property
    def words(self) -> tuple[str, ...] | None:
        """The words of the exec form, `["a", "b"]`; None for the shell form."""
        text = " ".join(self.value.split("\n")).strip()
        if not text.startswith("["):
            return None
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return None
        valid = isinstance(words, list) and all(isinstance(word, str) for word in words)
        return tuple(words) if valid else None

    @property
    def command(self) -> str:
        """CMD or ENTRYPOINT as one command line, whichever form it has."""
        words = self.words
        return shlex.join(words) if words is not None else " ".join(self._shell_text.split())

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of RUN, CMD or ENTRYPOINT as shell."""
        words = self.words
        if words is None:
            return read_shell(self.path, self._shell_text, self.line)
        if len(words) > 2 and words[0].rpartition("/")[2] in {"sh", "bash"}:
            return read_shell(self.path, words[-1], self.line)
        return (Command(words, self.path, self.line, self.command),)

    @property
    def pairs(self) -> list[tuple[str, str, int]]:
        """Name, value and line of each variable that ENV or ARG sets; a bare ARG has no value."""
        name, _, value = self.value.strip().partition(" ")
        if self.keyword == "ENV" and "=" not in name:
            return [(name, value.strip(), self.line)] if value.strip() else []
        found: list[tuple[str, str, int]] = []
        for offset, line in enumerate(self.value.split("\n")):
            pairs = _PAIR.findall(line.rstrip().removesuffix("\\"))
            found += [(key, _unquoted(given), self.line + offset) for key, given in pairs]
        return found

    @property
    def health_path(self) -> str | None:
        """The path that a HEALTHCHECK asks for; None where it asks for none."""
        return health_path(self.value)

    @property
    def _shell_text(self) -> str:
        """Without comments inside a continuation, which the builder drops, and options."""
        first, *rest = self.value.split("\n")
        first = re.sub(r"^(\s*--[\w-]+=\S+)+", "", first)
        if re.fullmatch(_HERE.pattern, first.strip()):
            return "\n".join(["", *rest[:-1]])
        lines = ["\\" if line.lstrip().startswith("#") else line for line in rest]
        return "\n".join([first, *lines])


@dataclass(frozen=True)
class Stage:
    """`FROM image AS name` and what follows. `image` has the file's own defaults filled in;
    `from_stage` is the earlier stage that it continues, if it does."""

    name: str
    image: ImageName
    line: int
    instructions: tuple[Instruction, ...]
    from_stage: str | None = None

    def all(self, *keywords: str) -> list[Instruction]:
        """The instructions of this stage with these keywords."""
        return [each for each in self.instructions if each.keyword in keywords]

    def last(self, keyword: str) -> Instruction | None:
        """The instruction that counts where the last one wins."""
        return next(iter(reversed(self.all(keyword))), None)


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile; it has at least one stage."""

    NOUN: ClassVar[str] = "dockerfile"

    path: str
    arguments: Mapping[str, str]
    stages: tuple[Stage, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` for an unknown instruction or no stage."""
        instructions = list(_instructions(path, _TEMPLATE.sub("$template", text)))
        arguments: dict[str, str] = {}
        stages: list[Stage] = []
        for number, each in enumerate(instructions):
            if each.keyword == "ARG" and not stages:
                arguments.update({name: value for name, value, _ in each.pairs})
            elif each.keyword == "FROM":
                stages.append(_stage(each, instructions[number + 1 :], arguments, stages))
        if not stages:
            raise Unparsable(path, 1, "is not a Dockerfile: it has no FROM")
        return cls(path, arguments, tuple(stages))

    @property
    def final(self) -> Stage:
        """The stage that is built where no other is asked for."""
        return self.stages[-1]

    @cached_property
    def lineage(self) -> tuple[Stage, ...]:
        """The final stage and those that it continues, the final one first."""
        by_name = {stage.name: stage for stage in self.stages if stage.name}
        chain = [self.final]
        while (above := chain[-1].from_stage) and by_name[above] not in chain:
            chain.append(by_name[above])
        return tuple(chain)

    def last(self, keyword: str) -> Instruction | None:
        """The instruction with this keyword that holds for the built image."""
        return next((found for stage in self.lineage if (found := stage.last(keyword))), None)

    def all(self, *keywords: str) -> list[Instruction]:
        """The instructions of the built image, those of the stages it continues last."""
        return [each for stage in self.lineage for each in stage.all(*keywords)]

    @property
    def settings(self) -> list[Variable]:
        """What ENV and ARG set, in every stage."""
        stages = [each for stage in self.stages for each in stage.all("ENV", "ARG")]
        return [
            Variable(name, None if "$" in value else value, line, owner=each.keyword)
            for each in stages
            for name, value, line in each.pairs
        ]

    @property
    def health_check(self) -> Instruction | None:
        """The HEALTHCHECK of the built image; None where there is none, or it says NONE."""
        found = self.last("HEALTHCHECK")
        return None if found is None or found.value.strip().upper() == "NONE" else found

    def filled(self, text: str) -> str:
        """The text with what ARG and ENV of the built image give put in place of variables."""
        known = dict(self.arguments)
        for each in reversed(self.all("ARG", "ENV")):
            known.update({name: value for name, value, _ in each.pairs})
        return _filled(text, known)


def _instructions(path: str, text: str) -> Iterator[Instruction]:
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        start = number
        if not lines[number].strip() or lines[number].lstrip().startswith("#"):
            number += 1
            continue
        number = _end_of_instruction(lines, start)
        matched = _INSTRUCTION.match("\n".join(lines[start:number]))
        keyword = matched.group(1).upper() if matched else ""
        if not matched or keyword not in _KNOWN:
            word = lines[start].split()[0][:40]
            raise Unparsable(path, start + 1, f"is not a Dockerfile: `{word}` is no instruction")
        yield Instruction(keyword, matched.group(2) or "", start + 1, path)


def _end_of_instruction(lines: list[str], start: int) -> int:
    """The number of the first line after the instruction that begins at `start`."""
    number = start
    while number < len(lines):
        line = lines[number].rstrip()
        is_comment = number > start and (not line or line.lstrip().startswith("#"))
        if not line.endswith("\\") and not is_comment:
            break
        number += 1
    number += 1
    head = "\n".join(lines[start:number])
    if re.match(r"\s*(RUN|COPY|ADD)\b", head, re.IGNORECASE):
        for _, word in _HERE.findall(head):
            while number < len(lines) and lines[number].strip() != word:
                number += 1
            number += 1
    return min(number, len(lines))


def _stage(
    instruction: Instruction,
    rest: list[Instruction],
    arguments: Mapping[str, str],
    earlier: list[Stage],
) -> Stage:
    words = [word for word in instruction.value.split() if not word.startswith("--")]
    image = _filled(words[0], arguments) if words else ""
    named = len(words) > 2 and words[1].upper() == "AS"
    end = next((n for n, each in enumerate(rest) if each.keyword == "FROM"), len(rest))
    above = image if any(image and stage.name == image for stage in earlier) else None
    name = words[2] if named else ""
    own = tuple(rest[:end])
    return Stage(name, ImageName.parse(image), instruction.line, own, above)


def _filled(text: str, known: Mapping[str, str]) -> str:
    """`$NAME`, `${NAME}` and `${NAME:-default}`; what is not known stays as it is."""

    def fill(variable: re.Match[str]) -> str:
        name = variable.group(1) or variable.group(4)
        value = known.get(name)
        if not value and variable.group(2) == "-":
            return str(variable.group(3))
        return value if value is not None else variable.group(0)

    return _VARIABLE.sub(fill, text)


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text
