"""OpenAPI and Swagger: the routes that an interface promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Operation:
    """One method of one path. `path` has the server's own prefix in front; `statuses` are the
    answers that are described."""

    method: str
    path: str
    line: int
    id: str
    summary: str
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class OpenApi:
    """An interface description, of version 2 or 3."""

    NOUN: ClassVar[str] = "openapi"

    path: str
    title: str
    operations: tuple[Operation, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text, YAML or JSON. Raises `Unparsable` where it is no description."""
        # JSON is YAML but for the tabs that some indent it with.
        tree = parse_yaml(path, text.replace("\t", " ") if path.endswith(".json") else text)
        if tree is None or not (tree.get("openapi") or tree.get("swagger")):
            raise Unparsable(path, 1, "is not OpenAPI: it names no version of it")
        return cls(path, tree.string("info", "title") or "", tuple(_operations(tree)))


def _operations(tree: Yaml) -> Iterator[Operation]:
    prefix = _prefix(tree)
    paths = tree.get("paths")
    for path, node in paths.items() if paths is not None else ():
        for method, described in node.items():
            if method in _METHODS:
                yield Operation(
                    method.upper(),
                    prefix + path,
                    node.key_line(method),
                    described.string("operationId") or "",
                    described.string("summary") or "",
                    tuple(status for status, _ in described.items("responses")),
                )


def _prefix(tree: Yaml) -> str:
    """The path of the one server; several servers, or a variable in it, give none."""
    base = tree.string("basePath")
    servers = tree.elements("servers")
    if base is None and len(servers) == 1:
        url = servers[0].string("url") or ""
        base = "/" + url.split("://", 1)[1].partition("/")[2] if "://" in url else url
    return "" if base is None or "{" in base or not base.startswith("/") else base.rstrip("/")
