"""All Terraform of a tree seen as one: what variables and locals stand for, file by file.

Only what is written out is followed: defaults, values files, locals, and what a module is called
with. A condition or a function of more than that leaves a value unknown.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import ClassVar, Self

from opsready.documents.document import Document
from opsready.documents.terraform import Attribute, Block, Hcl, TerraformFile, read_json

# A variable that a local names that a module is called with: deeper chains are not followed.
_FOLLOWED_AT_MOST = 6
_REFERENCE = re.compile(
    r"(?:\$\{\s*)?(var|local)\.([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*)*)(?:\s*\})?"
)
_PART = re.compile(r"\$\{\s*((?:var|local)\.[\w.-]+)\s*\}")
_LISTS = {"jsonencode", "concat", "flatten", "tolist"}
_LESSER = re.compile(
    r"(^|[/._-])(staging|stage|stg|uat|qa|pre-?prod|test(ing)?|dev(el(opment)?)?|sandbox|local|demo)"
    r"([/._-]|$)",
    re.IGNORECASE,
)
# A values file here speaks of the modules beside the folder (terraform plan -var-file=envs/x).
_VALUES_FOLDERS = {"envs", "env", "environments", "vars", "tfvars", "config", "values"}


@dataclass(frozen=True)
class Known:
    """A value that something can have, and the place that says so. `environment` is the values
    file's name where one gives it."""

    value: Hcl
    path: str
    environment: str = ""

    @property
    def line(self) -> int:
        """Its line in `path`."""
        return self.value.line

    @property
    def is_of_lesser_place(self) -> bool:
        """Whether it holds only where no user is: in staging, in a test."""
        return bool(_LESSER.search(self.environment) or _LESSER.search(self.path))


@dataclass(frozen=True)
class Terraform:
    """The files of a tree, values files apart."""

    PART: ClassVar[type[Document]] = TerraformFile

    files: tuple[TerraformFile, ...]
    values_files: tuple[TerraformFile, ...]

    @classmethod
    def assemble(cls, parts: Iterable[TerraformFile]) -> Self:
        """Both kinds in the order of their paths."""
        known = list(parts)
        values = tuple(file for file in known if file.path.endswith(".tfvars"))
        return cls(tuple(f for f in known if not f.path.endswith(".tfvars")), values)

    def resources(self, *types: str) -> list[Block]:
        """The resources of these types, wherever they are."""
        return [block for file in self.files for block in file.resources(*types)]

    def data(self, *types: str) -> list[Block]:
        """The data sources of these types."""
        blocks = (block for file in self.files for block in file.of_type("data"))
        return [block for block in blocks if block.resource_type in types]

    def named(self, value: Hcl | None, path: str) -> list[Block]:
        """The resources and data sources of the same folder that a value refers to."""
        given = value.references if value is not None else ()
        names = [re.sub(r"\[[^\]]*\]", "", name) for name in given]
        heads = {
            ".".join(name.split(".")[: 3 if name.startswith("data.") else 2]) for name in names
        }
        blocks = self._by_folder.get(_folder(path), ())
        return [b for b in blocks if b.type in {"resource", "data"} and b.address in heads]

    def of(self, block: Block, name: str) -> list[Known]:
        """What an attribute of a block can be; empty where that is not known, or it is not set."""
        value = block.get(name)
        return self.what(value, block.path) if value is not None else []

    def in_service(self, block: Block, name: str) -> list[Known]:
        """The same without what holds in lesser places only, where there is a better one."""
        found = self.of(block, name)
        served = [known for known in found if not known.is_of_lesser_place]
        return served if any(known.environment for known in served) else found

    def what(self, value: Hcl, path: str, depth: int = 0) -> list[Known]:
        """What a value can be: one for each place that gives it another."""
        if depth > _FOLLOWED_AT_MOST:
            return []
        text = value.text.strip().strip('"')
        whole = _REFERENCE.fullmatch(text)
        if whole is not None:
            kind, name, steps = whole.groups()
            found = self._variable if kind == "var" else self._local
            deeper = [word for word in steps.split(".") if word]
            return [
                k for each in found(name, path, depth) for k in self._below(each, deeper, depth)
            ]
        if isinstance(value.value, str) and value.is_plain and "${" in value.value:
            return self._filled(value, path, depth)
        return [Known(value, path)] if value.is_plain or value.call else []

    def containers(self, task: Block) -> list[Known]:
        """The containers of an ECS task definition, whether they stand there, in locals, or are
        joined by `concat`."""
        given = task.get("container_definitions")
        return list(self._listed(given, task.path, 0)) if given is not None else []

    def _listed(self, value: Hcl, path: str, depth: int) -> Iterator[Known]:
        read = read_json(value) or value
        if depth > _FOLLOWED_AT_MOST:
            return
        if read.call == "merge":
            yield from self._merged(read, path, depth)
            return
        if read.call in {"jsonencode", "concat", "flatten", "tolist"} or isinstance(
            read.value, list
        ):
            for each in read.value:
                yield from self._listed(each, path, depth + 1)
        elif isinstance(read.value, dict):
            yield Known(read, path)
        elif _REFERENCE.fullmatch(read.text.strip()):
            for known in self.what(read, path, depth):
                yield from self._listed(known.value, known.path, depth + 1)

    def _merged(self, value: Hcl, path: str, depth: int) -> Iterator[Known]:
        """What is known of a merged object; the part that stands first gives the place."""
        parts = [known for each in value.value for known in self._listed(each, path, depth + 1)]
        keys = {key: item for part in parts for key, item in part.value.value.items()}
        if parts:
            yield replace(parts[0], value=replace(parts[0].value, value=keys))

    def _below(self, known: Known, steps: list[str], depth: int) -> list[Known]:
        found = known.value.get(*steps) if steps else known.value
        if found is None:
            return []
        if found.is_plain and not (isinstance(found.value, str) and "${" in found.value):
            return [replace(known, value=found)]
        deeper = self.what(found, known.path, depth + 1)
        return [replace(k, environment=k.environment or known.environment) for k in deeper]

    def _filled(self, value: Hcl, path: str, depth: int) -> list[Known]:
        """A text with references in it, where each can be one thing only."""
        text = value.value
        for reference in dict.fromkeys(_PART.findall(text)):
            named = Hcl(None, value.line, reference, is_plain=False)
            found = {k.value.value for k in self.what(named, path, depth + 1) if _is_word(k.value)}
            if len(found) != 1:
                return []
            word = str(found.pop())
            text = re.sub(r"\$\{\s*" + re.escape(reference) + r"\s*\}", lambda _: word, text)  # noqa: B023
        return [Known(replace(value, value=text), path)] if "${" not in text else []

    def _variable(self, name: str, path: str, depth: int) -> list[Known]:
        folder = _folder(path)
        files = self._values_of(folder)
        given = [
            Known(file.attributes[name].value, file.path, _environment(file.path))
            for file in files
            if name in file.attributes
        ]
        if files and len(given) == len(files):
            return given
        called = list(self._called_with(name, folder, depth))
        if called:
            return [*given, *called]
        declared = (b for b in self._by_folder.get(folder, ()) if b.address == f"var.{name}")
        default = next((b.get("default") for b in declared), None)
        is_null = default is None or (default.is_plain and default.value is None)
        return (
            given
            if is_null or default is None
            else [*given, Known(default, self._home(folder, name))]
        )

    def _home(self, folder: str, name: str) -> str:
        blocks = self._by_folder.get(folder, ())
        return next((block.path for block in blocks if block.address == f"var.{name}"), folder)

    def _called_with(self, name: str, folder: str, depth: int) -> Iterator[Known]:
        for file in self.files:
            for block in file.of_type("module"):
                source = block.plain("source")
                value = block.get(name)
                local = isinstance(source, str) and source.startswith(".")
                if local and value is not None and _joined(_folder(file.path), source) == folder:
                    yield from self.what(value, file.path, depth + 1)

    def _local(self, name: str, path: str, depth: int) -> list[Known]:
        for block in self._by_folder.get(_folder(path), ()):
            found: Attribute | None = block.attributes.get(name) if block.type == "locals" else None
            if found is not None:
                value = found.value
                resolved = self.what(value, block.path, depth + 1)
                return resolved or [Known(value, block.path)]
        return []

    def _values_of(self, folder: str) -> list[TerraformFile]:
        """The values files that a module is planned with: those in its folder or below it, and
        those of an `envs` folder that lies in the same place as the module."""
        return [file for file in self.values_files if _speaks_of(_folder(file.path), folder)]

    @cached_property
    def _by_folder(self) -> Mapping[str, list[Block]]:
        found: dict[str, list[Block]] = defaultdict(list)
        for file in self.files:
            found[_folder(file.path)] += file.blocks
        return found


def _is_word(value: Hcl) -> bool:
    return value.is_plain and isinstance(value.value, str | int | float)


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()


def _environment(path: str) -> str:
    return PurePosixPath(path).name.removesuffix(".tfvars").removesuffix(".auto")


def _speaks_of(values: str, folder: str) -> bool:
    if values == folder or values.startswith(f"{folder}/"):
        return True
    place = PurePosixPath(values)
    above = place.parent.as_posix()
    within = above == "." or folder == above or folder.startswith(f"{above}/")
    return place.name in _VALUES_FOLDERS and within


def _joined(folder: str, source: str) -> str:
    parts: list[str] = [part for part in folder.split("/") if part != "."]
    for part in source.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."
