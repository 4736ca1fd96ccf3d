"""Compose: the services of one machine, with ports, variables, health checks and volumes.

Format: the Compose specification; short and long syntax read the same.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.image_name import ImageName
from opsready.documents.variable import Variable
from opsready.documents.yaml_tree import Yaml, parse_yaml

# What only somebody who works on the code does: mounts it, or starts it with a reloader.
_CODE_MOUNT = re.compile(r"^\.{1,2}(/(src|app|code|lib)?/?)?$|^\./[\w.-]+/?$")
_RELOADER = re.compile(r"--reload\b|\brunserver\b|--debug\b|\brun (dev|start:dev)\b|\bnodemon\b")
_DEVELOPMENT_NAME = re.compile(
    r"(^|[./_-])(dev|devel|development|local|override|test|tests|ci|e2e)"
)


@dataclass(frozen=True)
class ComposePort:
    """A port inside the container, and the one on the machine where it is published."""

    target: int
    published: str
    line: int


@dataclass(frozen=True)
class ComposeService:
    """One service. `node` is all that the file says of it; `command` is one command line."""

    name: str
    line: int
    node: Yaml
    image: ImageName | None
    image_line: int
    builds: bool
    command: str
    ports: tuple[ComposePort, ...]
    variables: tuple[Variable, ...]
    depends_on: tuple[str, ...]
    volumes: tuple[str, ...]

    @property
    def health_check(self) -> Yaml | None:
        """Its health check; None where there is none, or it is switched off."""
        node = self.node.get("healthcheck")
        if node is None or node.string("disable") == "true":
            return None
        test = node.get("test")
        off = test is not None and test.plain() in (["NONE"], "NONE")
        return None if off else node

    @property
    def mounts_code(self) -> bool:
        """Whether a folder of the checkout is mounted into it, as one does while coding."""
        return any(_CODE_MOUNT.match(volume.split(":")[0]) for volume in self.volumes)

    @property
    def reloads(self) -> bool:
        """Whether it starts with a reloader or a debugger."""
        return bool(_RELOADER.search(self.command))


@dataclass(frozen=True)
class ComposeFile:
    """A compose file."""

    NOUN: ClassVar[str] = "compose"

    path: str
    services: tuple[ComposeService, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is no mapping."""
        tree = parse_yaml(path, text)
        if tree is not None and not tree.is_mapping:
            raise Unparsable(path, tree.line, "is not a compose file: it is no mapping")
        services = tree.get("services") if tree is not None else None
        if services is None:
            return cls(path, ())
        return cls(
            path,
            tuple(_service(name, services.key_line(name), node) for name, node in services.items()),
        )

    @property
    def settings(self) -> list[Variable]:
        """The variables of every service."""
        return [
            replace(variable, owner=f"service {service.name}")
            for service in self.services
            for variable in service.variables
        ]

    @property
    def is_for_development(self) -> bool:
        """Whether it serves those who work on the code: by its name, or by what it mounts."""
        name = self.path.rpartition("/")[2].lower()
        return bool(_DEVELOPMENT_NAME.search(self.path.lower())) or (
            "prod" not in name and any(s.mounts_code or s.reloads for s in self.services)
        )

    @property
    def is_for_production(self) -> bool:
        """Whether it says itself that it runs the real thing: by name, or by how it restarts."""
        if self.is_for_development:
            return False
        kept_up = {"always", "unless-stopped"}
        return "prod" in self.path.lower() or any(
            service.node.get("deploy") is not None or service.node.string("restart") in kept_up
            for service in self.services
        )


def _service(name: str, line: int, node: Yaml) -> ComposeService:
    image = node.string("image")
    image_node = node.get("image")
    return ComposeService(
        name,
        line,
        node,
        ImageName.parse(image) if image else None,
        image_node.line if image_node is not None else node.line,
        node.get("build") is not None,
        _command(node),
        tuple(_ports(node)),
        tuple(_variables(node)),
        tuple(_names(node.get("depends_on"))),
        tuple(_volumes(node)),
    )


def _command(node: Yaml) -> str:
    command = node.get("command")
    if command is None:
        return ""
    if command.is_sequence:
        return shlex.join(child.text for child in command.elements())
    return " ".join(command.text.split())


def _ports(node: Yaml) -> Iterator[ComposePort]:
    for each in node.elements("ports"):
        target = each.string("target") if each.is_mapping else each.text.split("/")[0]
        published = each.string("published") or "" if each.is_mapping else ""
        if not each.is_mapping and target is not None:
            published, _, target = target.rpartition(":")
        if target and target.isdigit():
            yield ComposePort(int(target), published, each.line)
    for each in node.elements("expose"):
        number = each.text.split("/")[0]
        if number.isdigit():
            yield ComposePort(int(number), "", each.line)


def _variables(node: Yaml) -> Iterator[Variable]:
    environment = node.get("environment")
    if environment is None:
        return
    for name, value in environment.items():
        yield Variable(name, None if value.value is None else value.text, value.line)
    for each in environment.elements():
        name, equals, text = each.text.partition("=")
        yield Variable(name, text if equals else None, each.line)


def _names(node: Yaml | None) -> Iterator[str]:
    if node is not None and node.is_mapping:
        yield from node.value
    elif node is not None:
        yield from (each.text for each in node.elements())


def _volumes(node: Yaml) -> Iterator[str]:
    for each in node.elements("volumes"):
        if each.is_mapping:
            yield f"{each.string('source') or ''}:{each.string('target') or ''}"
        else:
            yield each.text
