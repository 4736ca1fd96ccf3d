"""Where the Python files of a tree lie, what each is for, and which of them an import means."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath

from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import Call, Scope, Store


class Role(StrEnum):
    """What a file is for, by where it lies."""

    APPLICATION = "application"
    TEST = "test"
    EXAMPLE = "example"
    MIGRATION = "migration"
    PACKAGING = "packaging"
    TOOLING = "tooling"


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        Role.TEST,
        re.compile(
            r"(^|/)(tests?|testing|test_\w+|testdata|loadtests?|e2e)/"
            r"|(^|/)((?:py)?test_[^/]*|[^/]*_tests?|tests?|conftest|testing|locustfile)\.py$"
        ),
    ),
    (Role.MIGRATION, re.compile(r"(^|/)(migrations|alembic)/")),
    (Role.PACKAGING, re.compile(r"(^|/)(setup|noxfile|fabfile|hatch_build)\.py$")),
    (Role.EXAMPLE, re.compile(r"(^|/)(examples?(_\w+)?|docs?|samples?|demos?|tutorials?)/")),
    (Role.TOOLING, re.compile(r"^(scripts?|tools?|hacking|ci|\.\w+|bench(marks?)?|contrib)/")),
)
# A file beside the importer does not hide these: `services/redis.py` is not the library.
_OUTSIDE = sys.stdlib_module_names | {
    *("aiohttp", "aiokafka", "boto3", "celery", "django", "elasticsearch", "fastapi", "flask"),
    *("httpx", "kafka", "litestar", "motor", "pika", "prometheus_client", "psycopg", "psycopg2"),
    *("pydantic", "pymongo", "pyramid", "redis", "requests", "sqlalchemy", "starlette"),
}


@dataclass(frozen=True, eq=False)
class PythonTree:
    """The modules of one tree, in path order.

    A module's *place* is its path in dots, from the root of the tree: unique, where import names
    of two services in one tree are not.
    """

    modules: tuple[PythonModule, ...] = field(repr=False)
    _called: dict[str, list[Call]] = field(default_factory=dict, repr=False)

    @cached_property
    def application(self) -> tuple[PythonModule, ...]:
        """The modules that run in production: no tests, examples, migrations or packaging."""
        return tuple(m for m in self.modules if self.role(m.path) is Role.APPLICATION)

    @staticmethod
    def role(path: str) -> Role:
        """What the file at a path is for."""
        return next((role for role, where in _ROLES if where.search(path)), Role.APPLICATION)

    def module(self, path: str) -> PythonModule | None:
        """The module at a path."""
        return self._by_path.get(path)

    def at(self, place: str) -> Scope | None:
        """The scope of the module at a place."""
        module = self._by_place.get(place)
        return module.scope if module else None

    def is_folder(self, place: str) -> bool:
        """Whether modules lie below a place."""
        return place in self._folders

    def stores(self, key: str) -> list[Store]:
        """The application's assignments to an attribute or item of this name."""
        return self._stores.get(key, [])

    def calls(self, *tails: str) -> Iterator[Call]:
        """The application's calls of anything whose name ends in one of these words."""
        for tail in tails:
            found = self._called.get(tail)
            if found is None:
                found = [call for module in self.application for call in module.calls(tail)]
                self._called[tail] = found
            yield from found

    def import_name(self, path: str) -> str:
        """What `import` calls the module at a path: without the folders above its package."""
        parts = PurePosixPath(path).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        root = PurePosixPath(path).parent
        while str(root) != "." and f"{root}/__init__.py" in self._by_path:
            root = root.parent
        is_package = str(root) != str(PurePosixPath(path).parent)
        above = len(root.parts) if is_package else int(len(parts) > 1 and parts[0] in _SOURCES)
        return ".".join(parts[above:])

    def roots_of(self, word: str, importer: str) -> list[str]:
        """Places of the folders that hold the first word of an import, the likeliest first."""
        here = PurePosixPath(importer).parent
        above = {_folder(parent) for parent in (here, *here.parents)}
        found = []
        for folder in self._tops.get(word, ()):
            is_package = f"{folder}/{word}/__init__.py".lstrip("/") in self._by_path
            is_source = folder.rpartition("/")[2] in _SOURCES
            if word in _OUTSIDE and not (is_package and is_source):
                continue
            if folder in above or is_package or is_source:
                found.append(folder)
        nearest = sorted(found, key=lambda folder: (-_shared(folder, str(here)), len(folder)))
        return [dots(folder) for folder in nearest]

    @cached_property
    def _by_path(self) -> dict[str, PythonModule]:
        return {module.path: module for module in self.modules}

    @cached_property
    def _by_place(self) -> dict[str, PythonModule]:
        return {place_of(module.path): module for module in self.modules}

    @cached_property
    def _folders(self) -> set[str]:
        paths = (PurePosixPath(module.path) for module in self.modules)
        return {dots(_folder(parent)) for path in paths for parent in path.parents}

    @cached_property
    def _stores(self) -> dict[str, list[Store]]:
        found: dict[str, list[Store]] = {}
        for module in self.application:
            for key, stores in module.stores.items():
                found.setdefault(key, []).extend(stores)
        return found

    @cached_property
    def _tops(self) -> dict[str, list[str]]:
        """First words of imports, each with the folders in which it could be looked for."""
        tops: dict[str, dict[str, None]] = {}
        for module in self.modules:
            path = PurePosixPath(module.path)
            parts = path.with_suffix("").parts
            for depth, parent in enumerate(reversed(path.parents)):
                folder = _folder(parent)
                if f"{folder}/__init__.py".lstrip("/") not in self._by_path:
                    tops.setdefault(parts[depth], {}).setdefault(folder)
        return {word: list(folders) for word, folders in tops.items()}


_SOURCES = {"", "src", "lib"}


def place_of(path: str) -> str:
    """A file's path in dots: `src.orders.main` of `src/orders/main.py`."""
    return dots(path.removesuffix(".py").removesuffix("/__init__"))


def dots(path: str) -> str:
    """A folder's path in dots; "" for the root."""
    return "" if path in {".", "__init__"} else path.replace("/", ".")


def _folder(path: PurePosixPath) -> str:
    return "" if str(path) == "." else str(path)


def _shared(one: str, other: str) -> int:
    pairs = zip(PurePosixPath(one).parts, PurePosixPath(other).parts, strict=False)
    return sum(1 for a, b in pairs if a == b)
