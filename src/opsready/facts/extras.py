"""Which packages a Python project installs only with an extra: parts that a user chooses."""

import re
import tomllib
from typing import Any

from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle

_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
# Extras for those who work on the project, not for those who run it.
_NOT_FOR_RUNNING = re.compile(r"^(dev|test|lint|doc|typ|bench|all)", re.IGNORECASE)


def extras(bundle: Bundle) -> dict[str, str]:
    """Package to extra, both in lower case, for packages that no plain installation brings."""
    optional: dict[str, str] = {}
    always: set[str] = set()
    for source in bundle.of_kind(Kind.PYPROJECT):
        project = _project(source.text)
        always |= _names(project.get("dependencies"))
        groups = project.get("optional-dependencies")
        for extra, requirements in groups.items() if isinstance(groups, dict) else ():
            if not _NOT_FOR_RUNNING.match(extra):
                for name in _names(requirements):
                    optional.setdefault(name, extra.lower())
    return {name: extra for name, extra in optional.items() if name not in always}


def _project(text: str) -> dict[str, Any]:
    try:
        project = tomllib.loads(text).get("project")
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return project if isinstance(project, dict) else {}


def _names(requirements: object) -> set[str]:
    listed = requirements if isinstance(requirements, list) else []
    found = (_NAME.match(requirement) for requirement in listed if isinstance(requirement, str))
    return {name.group(1).lower() for name in found if name is not None}
