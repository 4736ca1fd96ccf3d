"""The path of a route, as code declares it, against the path of a request."""

import re

_PARAMETER = re.compile(r"(\{[^}]*\})")


def route_pattern(path: str) -> re.Pattern[str]:
    """What a whole path must match to be served by this route: `{name}` stands for one part,
    `{name:path}` for any rest, and a slash at the end is no matter."""
    words = (
        (".*" if "path" in part.partition(":")[2] else "[^/]+")
        if part.startswith("{")
        else re.escape(part)
        for part in _PARAMETER.split(path.rstrip("/"))
    )
    return re.compile("".join(words) + "/?")
