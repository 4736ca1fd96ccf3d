"""Makefile: targets and the commands of their recipes."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.shell import Command, read_shell

_RULE = re.compile(r"^([A-Za-z0-9_./%$()-][^:=#\t]*?)\s*::?(?!=)\s*([^#;]*)(;.*)?")
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")


@dataclass(frozen=True)
class Target:
    """One rule: its name, what must be made before it, and its recipe."""

    name: str
    needs: tuple[str, ...]
    line: int
    commands: tuple[Command, ...]


@dataclass(frozen=True)
class Makefile:
    """A Makefile; conditionals and functions are passed over."""

    NOUN: ClassVar[str] = "makefile"

    path: str
    targets: tuple[Target, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; any text is a Makefile."""
        lines = text.replace("\r\n", "\n").split("\n")
        targets: list[Target] = []
        for number, line in enumerate(lines):
            matched = _RULE.match(line)
            if matched and not line.startswith((".PHONY", ".SILENT", "export ", "ifeq", "define ")):
                recipe = _recipe(path, lines, number + 1)
                needs = tuple(matched.group(2).split())
                targets += [Target(n, needs, number + 1, recipe) for n in matched.group(1).split()]
        return cls(path, tuple(targets))

    def target(self, name: str) -> Target | None:
        """The rule of this name."""
        return next((target for target in self.targets if target.name == name), None)

    def commands_of(self, name: str) -> tuple[Command, ...]:
        """What `make NAME` runs, the recipes of what it needs before its own."""
        ordered: list[Target] = []
        self._collect(name, ordered)
        return tuple(command for target in ordered for command in target.commands)

    def _collect(self, name: str, ordered: list[Target]) -> None:
        target = self.target(name)
        if target is None or target in ordered:
            return
        ordered.append(target)
        for needed in target.needs:
            self._collect(needed, ordered)
        ordered.remove(target)
        ordered.append(target)


def _recipe(path: str, lines: list[str], start: int) -> tuple[Command, ...]:
    end = start
    continued = False
    while end < len(lines) and (lines[end].startswith("\t") or continued or _is_blank(lines, end)):
        continued = lines[end].rstrip().endswith("\\")
        end += 1
    # `@` silences and `-` tolerates a line; a make variable becomes one of the shell's.
    shell = [re.sub(r"^\t?\s*[@+-]+", "", line) for line in lines[start:end]]
    text = _VARIABLE.sub(r"${\1}", "\n".join(shell)).replace("$$", "$")
    return read_shell(path, text, start + 1) if text.strip() else ()


def _is_blank(lines: list[str], number: int) -> bool:
    """A blank or comment line inside a recipe, not the one that ends it."""
    if lines[number].strip() and not lines[number].startswith("#"):
        return False
    rest = (line for line in lines[number + 1 :] if line.strip())
    return next(rest, "").startswith("\t")
