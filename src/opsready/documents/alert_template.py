"""The template language in labels and annotations of alerts, as Prometheus expands it.

Only what Prometheus refuses when it loads a file is told: braces that do not close, blocks that do
not end, functions that it does not have.
"""

import re
from collections.abc import Iterator

_ACTION = re.compile(r"\{\{-?\s*(?:/\*.*?\*/|(?P<body>.*?))\s*-?\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|\'(?:\\.|[^\'\\])*\'')
_OPENS = re.compile(r"^(if|range|with|define|block)\b")
_WORD = re.compile(r"(?<![\w.$])([A-Za-z_]\w*)")
_KEYWORDS = frozenset(
    {"if", "else", "range", "with", "end", "define", "block", "template", "break", "continue"}
    | {"nil", "true", "false"}
)
# Go's own, then those of Prometheus (`template/template.go` of release 3).
_FUNCTIONS = frozenset(
    {"and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js"}
    | {"urlquery", "call", "eq", "ne", "lt", "le", "gt", "ge"}
    | {"query", "first", "label", "value", "strvalue", "args", "reReplaceAll", "safeHtml", "match"}
    | {"title", "toUpper", "toLower", "graphLink", "tableLink", "sortByLabel", "stripPort"}
    | {"stripDomain", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage"}
    | {"humanizeTimestamp", "toTime", "toDuration", "now", "pathPrefix", "externalURL"}
    | {"parseDuration", "urlQueryEscape"}
)


def fault_of(text: str) -> str | None:
    """Why Prometheus refuses a text, in words for its author; None where it does not."""
    if "{{" not in text:
        return None
    outside = _ACTION.sub("", text)
    if "{{" in outside:
        return "`{{` is never closed"
    depth = 0
    for body in actions(text):
        depth += 1 if _OPENS.match(body) else -1 if re.match(r"end\b", body) else 0
        if depth < 0:
            return "`{{ end }}` ends nothing"
        unknown = _unknown(body)
        if unknown:
            return f"there is no function `{unknown}`"
    return "a block has no `{{ end }}`" if depth else None


def actions(text: str) -> Iterator[str]:
    """What stands between the braces, comments left out."""
    return (found["body"] for found in _ACTION.finditer(text) if found["body"] is not None)


def shows_value(text: str) -> bool:
    """Whether it puts the value of the expression into the text."""
    return any(re.search(r"\$value\b|(?<![\w.])\.Value\b", body) for body in actions(text))


def _unknown(body: str) -> str | None:
    words = _WORD.findall(_STRING.sub('""', body))
    named = body.startswith(("template", "define", "block"))
    return next((w for w in words if w not in _KEYWORDS | _FUNCTIONS and not named), None)
