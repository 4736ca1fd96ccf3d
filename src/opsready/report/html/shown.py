"""What of a tree's text a reader may see: no secret, and nothing that steers how it is shown."""

import re
from collections.abc import Iterable

from opsready.documents.secret import is_coded_secret, is_placeholder, is_reference, masked
from opsready.review.finding import Finding

WITHHELD = "(withheld: a finding speaks of a secret or of one environment on this line)"

# Nobody reads a longer one, and a pattern tried from each of its characters takes seconds.
LINE_AT_MOST = 4_000
# Control characters but line breaks and tabs, and what turns the direction of a line or is not
# seen: a hostile text could show another command than it holds.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_NAMED = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z_][\w.-]*)(?P<is>[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s\"']+)"
)
# Names whose last word no sign sets apart: PGPASSWORD.
_RUN_TOGETHER = re.compile(r"(password|passwd|secret|token|apikey)$", re.IGNORECASE)
_HANDED = re.compile(
    r"(?P<how>\b(?:Bearer|Basic|token)\s+)(?P<value>[\w.~+/=-]{8,})", re.IGNORECASE
)


def shown(text: str) -> str:
    """The text with secrets as `***`, what steers a display spelled out, and endless lines cut."""
    return "\n".join(map(_line, text.replace("\r\n", "\n").split("\n")))


def _line(line: str) -> str:
    if len(line) > LINE_AT_MOST:
        line = f"{line[:LINE_AT_MOST]}… ({len(line) - LINE_AT_MOST:,} more characters)"
    line = _HANDED.sub(_without_credential, _NAMED.sub(_without_value, masked(line)))
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _without_value(found: re.Match[str]) -> str:
    name = "password" if _RUN_TOGETHER.search(found["name"]) else found["name"]
    if not is_coded_secret(name, found["value"]):
        return found[0]
    return f"{found['name']}{found['is']}***"


def _without_credential(found: re.Match[str]) -> str:
    """A word after `token` is a word; what opens something holds a digit."""
    value = found["value"]
    plain = is_reference(value) or is_placeholder(value) or not re.search(r"\d", value)
    return found[0] if plain else f"{found['how']}***"


class Screen:
    """Keeps back the lines on which a finding saw a secret or what belongs to one environment."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._hidden = {(f.path, f.line) for f in findings if f.mandate == "OPS-2"}

    def hides(self, path: str, line: int) -> bool:
        """Whether the line must not be quoted."""
        return (path, line) in self._hidden

    def page(self, path: str, text: str) -> str:
        """A whole text as it may be shown, with as many lines as before."""
        lines = text.replace("\r\n", "\n").split("\n")
        kept = (
            WITHHELD if self.hides(path, number) else line for number, line in enumerate(lines, 1)
        )
        return shown("\n".join(kept))
