"""The modules that a Go or a Java build asks for: go.mod, pom.xml, build.gradle."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

_GO_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)
_GO_REQUIRED = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w-]+/\S+|[\w.-]+\.\w+)\s+(v\S+)(.*)$")
_MAVEN_DEPENDENCY = re.compile(
    r"<(dependency|parent|plugin)>(?:(?!</\1>).)*?<groupId>\s*([^<\s]+)\s*</groupId>"
    r"(?:(?!</\1>).)*?<artifactId>\s*([^<\s]+)\s*</artifactId>(?:(?!</\1>).)*?</\1>",
    re.DOTALL,
)
_GRADLE_DEPENDENCY = re.compile(
    r"""^\s*(?:implementation|api|runtimeOnly|compileOnly|compile)\b[\s(]*(?:platform\()?\s*
        ["']([\w.-]+):([\w.-]+)""",
    re.MULTILINE | re.VERBOSE,
)
_GRADLE_PLUGIN = re.compile(r"""^\s*id[\s(]+["']([\w.-]+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Module:
    """One module asked for: `group` is empty where the format has none."""

    group: str
    name: str
    line: int
    quote: str


@dataclass(frozen=True)
class GoModule:
    """go.mod, without the modules that others need (`// indirect`)."""

    NOUN: ClassVar[str] = "go_mod"

    path: str
    name: str
    modules: tuple[Module, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; other lines are passed over."""
        named = _GO_MODULE.search(text)
        modules = []
        for number, line in enumerate(text.splitlines(), 1):
            found = _GO_REQUIRED.match(line)
            if found and "// indirect" not in found.group(3):
                modules.append(Module("", found.group(1), number, line.strip()))
        return cls(path, named.group(1) if named else "", tuple(modules))


@dataclass(frozen=True)
class JavaBuild:
    """pom.xml or build.gradle, read by pattern: a build file is a program, and is not run.

    Reading XML by pattern also leaves its entities alone.
    """

    NOUN: ClassVar[str] = "java_build"

    path: str
    modules: tuple[Module, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; what is not understood is passed over."""
        found = _maven(text) if path.endswith(".xml") else _gradle(text)
        return cls(path, tuple(found))


def _maven(text: str) -> Iterator[Module]:
    for found in _MAVEN_DEPENDENCY.finditer(text):
        line = text.count("\n", 0, found.start(3)) + 1
        quote = text.splitlines()[line - 1].strip()
        yield Module(found.group(2), found.group(3), line, quote)


def _gradle(text: str) -> Iterator[Module]:
    lines = text.splitlines()
    for found in _GRADLE_DEPENDENCY.finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        yield Module(found.group(1), found.group(2), line, lines[line - 1].strip())
    for found in _GRADLE_PLUGIN.finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        yield Module(found.group(1), "plugin", line, lines[line - 1].strip())
