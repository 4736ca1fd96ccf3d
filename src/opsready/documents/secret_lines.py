"""The lines of a text that may hold a secret, found at the speed of a substring search.

For tools that try every pattern on every line. What stands here is wider than what they look for:
a line that is left out holds none of the words and forms that detect-secrets 1.5.0 knows.
"""

import re
from collections.abc import Iterator

# A line is looked at where it holds a piece, in small letters, and then the form.
_ANY = re.compile("")
_KEYS = ("api", "auth", "service", "account", "db", "database", "priv", "private", "client")
_WORDS = (
    *(f"{name}{between}key" for name in _KEYS for between in ("", "_")),
    *(f"{name}{between}pass" for name in ("db", "database", "key") for between in ("", "_")),
    *("password", "passwd", "pwd", "secret", "contraseña", "contrasena"),
)
_WORD = rf"(?:{'|'.join(_WORDS)})"
_NAMED = re.compile(
    rf"{_WORD}\w*[]'\"]{{0,2}}(?:\[\d*\])?\s*(?::=?|!?={{1,3}}>?|(?:\.assign)?\()\s*@?\S"
    rf"|[\"'`]\s*[!=]{{2,3}}\s*\w*{_WORD}"
    rf"|{_WORD}\S{{0,50}}\s*[\"'`].*;",
    re.IGNORECASE,
)
_FORMS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("a3t", "abia", "acca", "akia", "asia"),
        re.compile(r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}"),
    ),
    (("aws",), re.compile(r"['\"][0-9a-zA-Z/+]{40}['\"]")),
    (("-us",), re.compile(r"[0-9a-z]{32}-us\d")),
    (("://",), re.compile(r"://[^\s:]*:[^\s@]*@")),
    (("sg.",), re.compile(r"SG\.[\w-]{20}")),
    (("eyj",), re.compile(r"eyJ[\w=-]+\.")),
    (("gl",), re.compile(r"gl[a-z]{2,6}-\w{10}")),
    (("xox",), re.compile(r"xox[abposr]-\d", re.IGNORECASE)),
    (("_live_",), re.compile(r"[rs]k_live_\w{20}")),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "gr1348941", "accountkey=", "_authtoken"), _ANY),
    (("t3blbkfj", "private key", "putty-user-key", "pypi-age", "hooks.slack.com", "sq0csp-"), _ANY),
)
# Forms without a piece: what begins with one certain character is found forty times as fast as
# what begins with a digit, and the alternation of the two as slowly as that.
_LOOSE = (re.compile(r"\.[\w-]{6}\.[\w-]{27}"), re.compile(r":[\w-]{35}"))
# A longer line is what a packer made of code, and takes a pattern seconds.
_LINE_AT_MOST = 2_000


def suspicious_lines(text: str, *, names_suffice: bool) -> list[int]:
    """Numbers, from 1, in order. `names_suffice`: a value needs no quotes, as in YAML."""
    folded = text.lower()
    lines = text.split("\n")
    found = {
        number
        for pieces, form in _FORMS
        for number in _holding(folded, pieces)
        if form.search(lines[number - 1])
    }
    for number in _holding(folded, _WORDS):
        line = lines[number - 1]
        if (names_suffice or '"' in line or "'" in line or "`" in line) and _NAMED.search(line):
            found.add(number)
    for form in _LOOSE:
        found.update(text.count("\n", 0, match.start()) + 1 for match in form.finditer(text))
    return sorted(number for number in found if len(lines[number - 1]) <= _LINE_AT_MOST)


def _holding(folded: str, pieces: tuple[str, ...]) -> Iterator[int]:
    """The lines with a piece, each once a piece."""
    for piece in pieces:
        number, counted = 1, 0
        at = folded.find(piece)
        while at >= 0:
            number += folded.count("\n", counted, at)
            counted = at
            yield number
            end = folded.find("\n", at)
            at = folded.find(piece, end) if end >= 0 else -1
