"""Names and values, line by line, in formats that have no noun of their own.

Shell, INI, properties, TOML and YAML write a plain value alike (`name = value`, `name: value`), and
most languages a string in quotes.
"""

import re
from collections.abc import Iterator

from opsready.documents.variable import Variable

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+|-[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*
        (?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'#;\[{][^\s#;]*))[ \t]*(?:[#;,].*)?$""",
    re.MULTILINE | re.VERBOSE,
)
_QUOTED = re.compile(
    r"""(?:\b([A-Za-z_]\w*)[ \t]*:?[ \t]+)?\b([A-Za-z_]\w*)["']?[ \t]*(?::=|=|:)[ \t]*
        (["'`])([^"'`\n]+)\3""",
    re.VERBOSE,
)
# Words before or behind a name that say how it is declared.
_DECLARES = {"const", "let", "var", "final", "static", "val", "String", "string", "str", "def"}


def named_values(text: str) -> Iterator[Variable]:
    """Every line that is a name and a plain value. What refers to a variable has no value."""
    for found in _LINE.finditer(text):
        value = found.group(2) or found.group(3) or found.group(4) or ""
        line = text.count("\n", 0, found.start(1)) + 1
        yield Variable(found.group(1), None if "$" in value else value, line)


def quoted_values(text: str) -> Iterator[Variable]:
    """Every string in quotes behind a name: a constant, a field, a key."""
    for found in _QUOTED.finditer(text):
        line = text.count("\n", 0, found.start(2)) + 1
        for name in (found.group(1), found.group(2)):
            if name is not None and name not in _DECLARES:
                yield Variable(name, found.group(4), line)
