"""The values of numbers, durations and strings, and how they are written."""

import math
import re

_LARGEST_INTEGER = 2**63 - 1
# A Go duration counts nanoseconds in 63 bits: 292 years.
_LONGEST_MS = _LARGEST_INTEGER // 1_000_000
_LONGEST_DURATION_TEXT = 150  # seven parts of at most nineteen digits: Python limits int() itself

_UNITS_MS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_DURATION = re.compile("".join(rf"(?:([0-9]+){unit})?" for unit in _UNITS_MS))
_OCTAL = re.compile(r"0[0-7_]+")


def number_value(text: str) -> float:
    """The value of a number token. Raises ValueError for one that no float can hold."""
    if text[:2] in ("0x", "0X"):
        integer = int(text, 16)
        if integer > _LARGEST_INTEGER:
            raise ValueError("a hexadecimal number has at most 63 bits")
        return float(integer)
    if _OCTAL.fullmatch(text) and (integer := int(text, 8)) <= _LARGEST_INTEGER:
        return float(integer)
    value = float(text)
    if math.isinf(value) and text.lower() != "inf":
        raise ValueError("the number is too large; write Inf for infinity")
    return value


_PARTED = re.compile(r"(?<=[0-9a-fx])_(?=[0-9a-f])")
_HEX_FLOAT = re.compile(r"[+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?[0-9]+")
_DECIMAL_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?")
_ODD_FLOAT = re.compile(r"[+-]?(?:inf|infinity)|nan")


def go_float(text: str) -> float | None:
    """The number that Go's ParseFloat reads in a label such as `le`; None where it reads none."""
    lowered = _PARTED.sub("", text.lower())
    if _ODD_FLOAT.fullmatch(lowered):
        return float(lowered)
    if _HEX_FLOAT.fullmatch(lowered):
        read = float.fromhex
    elif _DECIMAL_FLOAT.fullmatch(lowered):
        read = float
    else:
        return None
    try:
        value = read(lowered)
    except OverflowError:
        return None
    return None if math.isinf(value) else value


def format_number(value: float) -> str:
    """`value` as the shortest number token that reads as it, with its sign."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return repr(value).removesuffix(".0")


def duration_ms(text: str) -> int:
    """Milliseconds of a duration like `1h30m`. Raises ValueError, with what is wrong."""
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(
            "a duration has whole numbers, and its units in the order y w d h m s ms, each once"
        )
    if len(text) > _LONGEST_DURATION_TEXT:
        raise ValueError("the duration is longer than 292 years")
    total = sum(
        int(count) * unit
        for count, unit in zip(match.groups(), _UNITS_MS.values(), strict=True)
        if count
    )
    if total > _LONGEST_MS:
        raise ValueError("the duration is longer than 292 years")
    return total


def setting_ms(text: str) -> int:
    """Milliseconds of a duration in a configuration, where a bare 0 is one. Raises ValueError."""
    return 0 if text == "0" else duration_ms(text)


def seconds_to_ms(seconds: float) -> int:
    """Whole milliseconds of a duration written as a number of seconds.

    Prometheus rounds to nanoseconds, then drops what is below a millisecond.
    """
    if not abs(seconds) * 1000 <= _LONGEST_MS:
        raise ValueError("the duration is not a number of seconds within 292 years")
    return math.trunc(round(seconds * 1e9) / 1_000_000)


def format_duration(ms: int) -> str:
    """`ms` as Prometheus writes it: years and weeks only where they leave no rest."""
    if ms == 0:
        return "0s"
    parts = ["-"] if ms < 0 else []
    rest = abs(ms)
    for unit, size in _UNITS_MS.items():
        if rest >= size and (unit not in "yw" or rest % size == 0):
            parts.append(f"{rest // size}{unit}")
            rest %= size
    return "".join(parts)


_ESCAPE = re.compile(
    rb"""\\(?:([abfnrtv\\"'])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.?)""",
    re.DOTALL,
)
_LETTERS = dict(zip(b"abfnrtv\\\"'", b"\a\b\f\n\r\t\v\\\"'", strict=True))


def unquote(literal: str) -> str:
    """The value of a string token, quotes included. Raises ValueError for an unknown escape.

    A byte that is no UTF-8 becomes a lone surrogate, as `os.fsdecode` does.
    """
    quote, body = literal[0], literal[1:-1]
    if quote == "`" or "\\" not in body:
        return body

    def escaped(match: re.Match[bytes]) -> bytes:
        letter, octal, byte, short, long = match.groups()
        if letter and (letter not in (b'"', b"'") or letter == quote.encode()):
            return bytes([_LETTERS[letter[0]]])
        if octal and int(octal, 8) < 256:
            return bytes([int(octal, 8)])
        if byte:
            return bytes.fromhex(byte.decode())
        if short or long:
            return _character(int(short or long, 16))
        unknown = match[0].decode(errors="replace")
        raise ValueError(f"{unknown} is no escape of a string in {quote}")

    raw = body.encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(escaped, raw).decode("utf-8", "surrogateescape")


def _character(code: int) -> bytes:
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError(f"U+{code:X} is not a character")
    return chr(code).encode()


_NEEDS_ESCAPE = re.compile('[\\x00-\\x1f\\x7f"\\\\\ufffd\ud800-\udfff]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def quote(value: str) -> str:
    """`value` as a string token in double quotes."""

    def escape(match: re.Match[str]) -> str:
        letter = match[0]
        code = ord(letter)
        if short := _SHORT_ESCAPES.get(letter):
            return short
        if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8
            return f"\\x{code - 0xDC00:02x}"
        return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"

    return '"' + _NEEDS_ESCAPE.sub(escape, value) + '"'
