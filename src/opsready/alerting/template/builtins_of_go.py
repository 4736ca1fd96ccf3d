"""The functions that every template of Go has: `eq`, `len`, `printf` …"""

import html as escaping
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from opsready.alerting.template import go_format
from opsready.alerting.template.execute import Anything, is_true, shown
from opsready.alerting.template.nodes import CannotExecute, Refused, WrongArgument

_INCOMPATIBLE = "incompatible types for comparison"


def _kind(value: Any) -> str:
    """What may be compared with each other."""
    for kind, types in (("bool", bool), ("int", int), ("float", float), ("string", str)):
        if isinstance(value, types):
            return kind
    if value is None:
        return "nil"
    raise CannotExecute(f"non-comparable type {go_format.show(value)}: {go_format.kind_of(value)}")


def _equal(left: Any, right: Any) -> bool:
    if _kind(left) != _kind(right):
        if "nil" in (_kind(left), _kind(right)):
            return False
        raise CannotExecute(_INCOMPATIBLE)
    return bool(left == right)


def _eq(first: Any, *others: Any) -> bool:
    _kind(first)
    if not others:
        raise CannotExecute("missing argument for comparison")
    return any(_equal(first, other) for other in others)


def _less(left: Any, right: Any) -> bool:
    kind = _kind(left)
    if kind in ("bool", "nil"):
        raise CannotExecute("invalid type for comparison")
    if kind != _kind(right):
        raise CannotExecute(_INCOMPATIBLE)
    return bool(left < right)


def _less_or_equal(left: Any, right: Any) -> bool:
    return _less(left, right) or _equal(left, right)


def _greater(left: Any, right: Any) -> bool:
    # As Go has it: not less or equal; so NaN is greater than everything.
    return not _less_or_equal(left, right)


def _greater_or_equal(left: Any, right: Any) -> bool:
    return not _less(left, right)


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list | Mapping):
        return len(value)
    if value is None:
        raise CannotExecute("len of nil pointer")
    raise CannotExecute(f"len of type {go_format.kind_of(value)}")


def _index(value: Any, *keys: Any) -> Any:
    if value is None:
        raise CannotExecute("index of untyped nil")
    for key in keys:
        value = _element(value, key)
    return value


def _element(value: Any, key: Any) -> Any:
    if isinstance(value, Anything):
        return value.get(key)
    if isinstance(value, Mapping):
        if not isinstance(key, str):
            raise CannotExecute(f"value has type {go_format.kind_of(key)}; should be string")
        return value.get(key, "")
    if isinstance(value, list | str):
        if not isinstance(key, int) or isinstance(key, bool):
            raise CannotExecute(f"cannot index slice/array with type {go_format.kind_of(key)}")
        letters = list(value.encode()) if isinstance(value, str) else value
        if not 0 <= key < len(letters):
            raise CannotExecute(f"index out of range: {key}")
        return letters[key]
    raise CannotExecute(f"can't index item of type {go_format.kind_of(value)}")


def _slice(value: Any, *bounds: Any) -> Any:
    if not isinstance(value, str | list):
        raise CannotExecute(f"can't slice item of type {go_format.kind_of(value)}")
    if len(bounds) > 2:
        raise Refused("slice with a third bound")
    whole = value.encode() if isinstance(value, str) else value
    first = bounds[0] if bounds else 0
    last = bounds[1] if len(bounds) > 1 else len(whole)
    for bound in (first, last):
        if not 0 <= bound <= len(whole):
            raise CannotExecute(f"index out of range: {bound}")
    if first > last:
        raise CannotExecute(f"invalid slice index: {first} > {last}")
    part = whole[first:last]
    return part.decode(errors="replace") if isinstance(part, bytes) else part


def _printf(text: Any, *values: Any) -> str:
    if not isinstance(text, str):
        raise WrongArgument(0, "string", go_format.kind_of(text))
    return go_format.sprintf(text, values)


def _println(*values: Any) -> str:
    return " ".join(map(go_format.argument, values)) + "\n"


def _html(*values: Any) -> str:
    text = escaping.escape(go_format.sprint(values, shown), quote=False)
    return text.replace('"', "&#34;").replace("'", "&#39;")


def _refused(name: str) -> Callable[..., Any]:
    def function(*_: Any) -> Any:
        raise Refused(f"the function {name}")

    return function


def _not(value: Any) -> bool:
    return not is_true(value)


def _decided_where_it_stands(first: Any, *others: Any) -> Any:
    """What follows the first that decides is not even looked at: so they are not called."""
    raise AssertionError(first, others)


BUILTINS: dict[str, Callable[..., Any]] = {
    "eq": _eq,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _less,
    "le": _less_or_equal,
    "gt": _greater,
    "ge": _greater_or_equal,
    "not": _not,
    "len": _length,
    "index": _index,
    "slice": _slice,
    "print": lambda *values: go_format.sprint(values),
    "printf": _printf,
    "println": _println,
    "html": _html,
    "urlquery": lambda *values: quote_plus(go_format.sprint(values, shown), safe="~"),
    "js": _refused("js"),
    "call": _refused("call"),
    "and": _decided_where_it_stands,
    "or": _decided_where_it_stands,
}
