"""The path that a health check's command asks for."""

import re

_URL = re.compile(r"https?://[^/\s'\"]+(/[^\s'\"?)]*)?")


def health_path(command: str) -> str | None:
    """The path of the one URL in a command; None where there is none, or several differ."""
    paths = {found.group(1) or "/" for found in _URL.finditer(command)}
    path = next(iter(paths)) if len(paths) == 1 else None
    return path if path is not None and "$" not in path else None
