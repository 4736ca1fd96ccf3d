"""The options that a service gives a library, as far as its code shows them."""

import re
from dataclasses import dataclass
from typing import Any

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call
from opsready.documents.python_values import Text


@dataclass(frozen=True)
class Options:
    """The keywords of one call; `complete` is false where `**more` may add to them."""

    code: PythonCode
    call: Call

    @property
    def complete(self) -> bool:
        """Whether all keywords stand in the code."""
        return all(keyword.arg is not None for keyword in self.call.node.keywords)

    def has(self, keyword: str) -> bool:
        """Whether the keyword is given."""
        return self.call.argument(None, keyword) is not None

    def constant(self, keyword: str, default: Any = None) -> Any:
        """The value of a keyword: the default where it is not given, None where it is not known."""
        given = self.call.argument(None, keyword)
        return default if given is None else self.code.constant(given, self.call.scope)

    def text(self, keyword: str, default: str, position: int | None = None) -> Text:
        """The text of a keyword, with gaps."""
        given = self.call.argument(position, keyword)
        return Text(default) if given is None else self.code.text(given, self.call.scope)

    def bounds(self, keyword: str, default: tuple[float, ...] | None) -> tuple[float, ...] | None:
        """Upper bounds of buckets without +Inf; None where they are not known."""
        given = self.call.argument(None, keyword)
        if given is None:
            return default
        told = bounds_of(self.code.constant(given, self.call.scope))
        is_default = self.code.dotted(given, self.call.scope).endswith("Histogram.DEFAULT_BUCKETS")
        return default if is_default else told


def bounds_of(told: Any) -> tuple[float, ...] | None:
    """Buckets as a library takes them: numbers, or texts of numbers."""
    if not isinstance(told, tuple) or any(not _is_bound(bound) for bound in told):
        return None
    return tuple(bound for bound in map(float, told) if bound != float("inf"))


def _is_bound(bound: Any) -> bool:
    if isinstance(bound, str):
        return bool(re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|\+?[iI]nf", bound))
    return isinstance(bound, int | float)
