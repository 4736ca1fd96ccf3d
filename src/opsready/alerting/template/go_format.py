"""Values as Go's fmt writes them: `%v`, `%.2f`, and what it says of a verb that does not fit."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from opsready.alerting.template.nodes import Refused
from opsready.promql.literals import quote

_VERB = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?(?P<verb>.)?", re.DOTALL
)
_LONG = 6
"""From this power of ten on a number is written with an exponent."""
_FOR_FLOATS = "eEfFgGvbx"
_FOR_INTEGERS = "dvbcoqxXUeEfFgG"
_FOR_STRINGS = "svqxX"


class Marked(str):
    """A string that Go types differently (`safeHtml`); written as it is."""


def kind_of(value: Any) -> str:
    """The name of a value's type, as Go has it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Marked):
        return "template.HTML"
    if isinstance(value, Mapping):
        return "map[string]string"
    if isinstance(value, datetime):
        return "*time.Time"
    names = {str: "string", int: "int", float: "float64", list: "template.queryResult"}
    return names.get(type(value)) or str(value.type_name)


def show(value: Any) -> str:
    """As `%v` does."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _shortest(value)
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{show(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        if not value:
            return "[]"
        raise Refused("the addresses that a list of samples is written as")
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, str | int):
        return str(value)
    return value.shown  # type: ignore[no-any-return]


def _time(at: datetime) -> str:
    fraction = f".{at.microsecond:06d}".rstrip("0").rstrip(".")
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction} +0000 UTC"


def _shortest(value: float) -> str:
    """The shortest text that reads back as the value, with an exponent where a number is long."""
    special = _special(value, plus=False)
    if special:
        return special
    digits, exponent = _digits(value)
    sign = "-" if math.copysign(1, value) < 0 else ""
    if exponent < -4 or exponent >= _LONG:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def _digits(value: float) -> tuple[str, int]:
    """The shortest digits of a number, and the exponent of the first."""
    if value == 0:
        return "0", 0
    mantissa, _, exponent = f"{abs(value):.17e}".partition("e")
    for precision in range(17):
        shorter = f"{abs(value):.{precision}e}"
        if float(shorter) == abs(value):
            mantissa, _, exponent = shorter.partition("e")
            break
    digits = mantissa.replace(".", "").rstrip("0") or "0"
    return digits, int(exponent)


def _special(value: float, *, plus: bool) -> str:
    if math.isnan(value):
        return "+NaN" if plus else "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return ""


def argument(value: Any) -> str:
    """As fmt shows what it is given: a pointer with its sign, which a template leaves out."""
    return "&" * kind_of(value).startswith("*template") + show(value)


def sprint(values: Sequence[Any], written: Callable[[Any], str] = argument) -> str:
    """As Sprint does: a space between two of which neither is a string."""
    text = ""
    for place, value in enumerate(values):
        apart = place and not isinstance(value, str) and not isinstance(values[place - 1], str)
        text += (" " if apart else "") + written(value)
    return text


def sprintf(text: str, values: Sequence[Any]) -> str:
    """As Sprintf does, mistakes included."""
    left = list(values)
    used = 0

    def following() -> Any:
        nonlocal used
        used += 1
        return left[used - 1]

    def written(found: re.Match[str]) -> str:
        flags, width, precision, verb = found.group("flags", "width", "precision", "verb")
        if verb is None:
            return "%!(NOVERB)"
        if verb == "%":
            return "%"
        if width == "*" and used < len(left):
            width = str(following())
        if precision == "*" and used < len(left):
            precision = str(following())
        if used >= len(left):
            return f"%!{verb}(MISSING)"
        return _verb(following(), verb, flags, int(width or 0), precision)

    result = _VERB.sub(written, text)
    if used < len(left):
        extra = ", ".join(f"{kind_of(value)}={argument(value)}" for value in left[used:])
        result += f"%!(EXTRA {extra})"
    return result


def _verb(value: Any, verb: str, flags: str, width: int, precision: str | None) -> str:
    if verb == "[" or "#" in flags:
        raise Refused("printf with # or [")
    if verb == "T":
        return _padded(kind_of(value), flags, width, number=False)
    if isinstance(value, Mapping):
        pairs = ((key, value[key]) for key in sorted(value))
        parts = ((_verb(one, verb, flags, width, precision) for one in pair) for pair in pairs)
        return "map[" + " ".join(":".join(part) for part in parts) + "]"
    digits = int(precision or 0) if precision is not None else None
    text = _plain(value, verb, flags, digits)
    if text is None:
        if value is None:
            return f"%!{verb}(<nil>)"
        return f"%!{verb}({kind_of(value)}={_verb(value, 'v', flags, width, precision)})"
    a_number = isinstance(value, int | float) and not isinstance(value, bool) and verb != "q"
    finite = not isinstance(value, float) or math.isfinite(value)
    return _padded(text, flags, width, number=a_number and finite)


def _plain(value: Any, verb: str, flags: str, digits: int | None) -> str | None:
    """The value under a verb, not yet padded; None where the verb is of another type."""
    if isinstance(value, bool):
        return show(value) if verb in "tv" else None
    if isinstance(value, float):
        return _float(value, verb, flags, digits) if verb in _FOR_FLOATS else None
    if isinstance(value, int):
        return _integer(value, verb, flags, digits) if verb in _FOR_INTEGERS[:9] else None
    if isinstance(value, str):
        return _string(value, verb, flags, digits) if verb in _FOR_STRINGS else None
    if verb == "s" and isinstance(value, datetime):
        return show(value)
    return argument(value) if verb == "v" else None


def _float(value: float, verb: str, flags: str, digits: int | None) -> str:
    if verb in "bx":
        raise Refused(f"printf with %{verb} of a fraction")
    special = _special(value, plus="+" in flags and verb != "v")
    if special:
        return special
    plus = "+" if "+" in flags and verb != "v" else " " if " " in flags else ""
    if digits is None and verb in "gGv":
        text = _shortest(value)
        text = text.upper() if verb == "G" else text
        return plus + text if plus and not text.startswith("-") else text
    kind = {"v": "g", "F": "f"}.get(verb, verb)
    digits = 1 if digits == 0 and kind in "gG" else digits
    return f"{value:{plus}.{6 if digits is None else digits}{kind}}"


def _integer(value: int, verb: str, flags: str, digits: int | None) -> str:
    if verb == "c":
        return chr(value)
    if verb == "q":
        return f"'{chr(value)}'"
    if verb == "U":
        return f"U+{value:04X}"
    plus = "+" if "+" in flags else " " if " " in flags else ""
    kind = "d" if verb == "v" else verb
    text = f"{abs(value):{kind}}".rjust(digits or 0, "0")
    return ("-" if value < 0 else plus) + text


def _string(value: str, verb: str, flags: str, digits: int | None) -> str:
    cut = value if digits is None else value[:digits]
    if verb == "q":
        return quote(cut)
    if verb in "xX":
        text = cut.encode().hex(" ") if " " in flags else cut.encode().hex()
        return text.upper() if verb == "X" else text
    return cut


def _padded(text: str, flags: str, width: int, *, number: bool) -> str:
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and number:
        sign = text[:1] if text[:1] in ("+", "-", " ") else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    a_word = not text.endswith(("Inf", "NaN"))
    return text.rjust(width, "0" if "0" in flags and a_word else " ")
