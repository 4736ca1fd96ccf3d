"""Which packages a Python project installs only with an extra: parts that a user chooses."""

import re
from collections.abc import Iterable

from opsready.documents.pyproject import Pyproject
from opsready.sources.source import Bundle

_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
# Extras for those who work on the project, not for those who run it.
_NOT_FOR_RUNNING = re.compile(r"^(dev|test|lint|doc|typ|bench|all)", re.IGNORECASE)


def extras(bundle: Bundle) -> dict[str, str]:
    """Package to extra, both in lower case, for packages that no plain installation brings."""
    optional: dict[str, str] = {}
    always: set[str] = set()
    for project in bundle.documents(Pyproject):
        always |= _names(project.dependencies)
        for extra, requirements in project.optional.items():
            if not _NOT_FOR_RUNNING.match(extra):
                for name in _names(requirements):
                    optional.setdefault(name, extra.lower())
    return {name: extra for name, extra in optional.items() if name not in always}


def _names(requirements: Iterable[str]) -> set[str]:
    found = (_NAME.match(requirement) for requirement in requirements)
    return {name.group(1).lower() for name in found if name is not None}
