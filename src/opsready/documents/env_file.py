"""Environment files: `NAME=value`, one a line."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from opsready.documents.variable import Variable

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")
_SAMPLE = re.compile(r"(example|sample|template|dist|default|defaults|tpl|tmpl)$", re.IGNORECASE)
_TRIAL = re.compile(
    r"[._-](test|tests|testing|ci|e2e|dev|devel|development|local)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class EnvFile:
    """A `.env` file. A value that refers to another variable is no value of its own."""

    NOUN: ClassVar[str] = "env_file"

    path: str
    variables: tuple[Variable, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; other lines are passed over."""
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            matched = _LINE.match(line)
            if matched:
                found.append(_variable(matched.group(1), matched.group(2), number))
        return cls(path, tuple(found))

    @property
    def is_sample(self) -> bool:
        """Whether it shows what to set: `.env.example` and the like."""
        return bool(_SAMPLE.search(self.path))

    @property
    def is_for_trials(self) -> bool:
        """Whether its name says that it serves tests or a developer's machine."""
        return bool(_TRIAL.search(self.path.rpartition("/")[2]))


def _variable(name: str, text: str, line: int) -> Variable:
    quote = text[:1] if text[:1] in {"'", '"'} else ""
    if quote and quote in text[1:]:
        value = text[1 : text.index(quote, 1)]
    else:
        value = re.split(r"\s#", text, maxsplit=1)[0].strip()
    if "$" in value and quote != "'":
        return Variable(name, None, line, value)
    return Variable(name, value, line)
