"""Which commands only read: what a rehearsal may type that stands in somebody's runbook.

A list of what is allowed, not of what is not: an option that nobody thought of is refused.
"""

import re
from collections.abc import Callable, Sequence

# Of curl: what changes neither what is asked for nor where an answer goes.
_CURL_BARE = {
    *("-s", "--silent", "-S", "--show-error", "-f", "--fail", "-G", "--get", "-i", "--include"),
    *("-I", "--head", "-k", "--insecure", "--compressed", "-v", "--verbose"),
}
_CURL_WITH_VALUE = {
    *("-m", "--max-time", "-w", "--write-out", "-H", "--header", "--connect-timeout"),
    *("-o", "--output", "-X", "--request", "--data-urlencode"),
}
_LETTERS = re.compile(r"-[sSfGiIkv]+[mwHoX]?")
_NOWHERE = {"/dev/null", "-"}
_READS = {"GET", "HEAD"}
_AWS_OPERATION = re.compile(r"(?:describe|list|get)-[a-z-]+|filter-log-events|ls")
# These print a secret, or write a file.
_AWS_REFUSED = re.compile(
    r"secret-value|password|token|credential|get-object|get-parameter|key-pair"
)
_AWS_OPTIONS = re.compile(r"--(?:endpoint-url|profile|ca-bundle|cli-input|debug|no-sign)")
# What makes AWS's command line read a file or an address.
_FETCHED = re.compile(r"^(?:file|fileb|https?)://", re.IGNORECASE)
_SELECT = re.compile(r"^\s*(?:select|show)\b[^;]*;?\s*$", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:into|pg_read|pg_ls|lo_|pg_terminate|pg_cancel|set_config|copy|dblink)", re.I
)
_DATE = re.compile(r"^(?:-u|--utc|-I\w*|-R|\+.*|-v[+-].*)$", re.DOTALL)


def why_not_read(words: Sequence[str]) -> str:
    """Why a command with these words is not known to read only; "" where it is."""
    program, *arguments = words
    known = _KNOWN.get(program.rpartition("/")[2])
    if known is None:
        return f"`{program}` is not among the programs that are known to read only"
    return known(arguments)


def addresses_of(words: Sequence[str]) -> list[int]:
    """Which words of a `curl` that only reads are addresses, by number."""
    found, skip = [], False
    for number, word in enumerate(words[1:], 1):
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _CURL_WITH_VALUE or bool(
                _LETTERS.fullmatch(word) and word[-1] in "mwHoX"
            )
        else:
            found.append(number)
    return found


def _curl(arguments: Sequence[str]) -> str:
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            continue
        option, equals, value = word.partition("=")
        letters = _LETTERS.fullmatch(word)
        if word in _CURL_BARE or (letters and word[-1] not in "mwHoX"):
            continue
        if not (option in _CURL_WITH_VALUE or letters) or equals or not rest:
            return f"`curl {option}` is not among the options that are known to read only"
        value = rest.pop(0)
        last = option if option in _CURL_WITH_VALUE else f"-{word[-1]}"
        if last in {"-o", "--output"} and value not in _NOWHERE:
            return f"`curl` would write to {value}"
        if last in {"-X", "--request"} and value not in _READS:
            return f"`curl` would send {value}"
        if "%output" in value or value.startswith("@") or "@/" in value:
            return "`curl` would read or write a file"
    asks = any(w == "--get" or (_LETTERS.fullmatch(w) and "G" in w) for w in arguments)
    if "--data-urlencode" in arguments and not asks:
        return "`curl` would send a body"
    return ""


def _aws(arguments: Sequence[str]) -> str:
    words = [word for word in arguments[:2] if not word.startswith("-")]
    if len(words) < 2 or not _AWS_OPERATION.fullmatch(words[1]):
        return f"`aws {' '.join(words)}` is not known to read only"
    if _AWS_REFUSED.search(words[1]):
        return f"`aws {' '.join(words)}` prints or writes what is not to be shown"
    for word in arguments:
        if _AWS_OPTIONS.match(word) or _FETCHED.match(word.partition("=")[2] or word):
            return f"`aws` would reach for {word.partition('=')[0]}"
    return ""


def _psql(arguments: Sequence[str]) -> str:
    """One statement that reads, by `-c`; what comes from a file or a prompt is not known."""
    for number, word in enumerate(arguments):
        if word in {"-c", "--command"}:
            statement = arguments[number + 1] if number + 1 < len(arguments) else ""
            if not _SELECT.match(statement) or _WRITES.search(statement):
                return "`psql` is given what may do more than read"
        elif word.startswith("-") and word not in {
            "-t",
            "-A",
            "-X",
            "-q",
            "-At",
            "-tA",
            "-tAc",
            "-Atc",
        }:
            return f"`psql {word}` is not among the options that are known to read only"
        elif word in {"-tAc", "-Atc"}:
            return "`psql` is read with its statement behind `-c`"
    return "" if {"-c", "--command"} & set(arguments) else "`psql` waits for somebody to type"


def _date(arguments: Sequence[str]) -> str:
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in {"-d", "--date"} and rest:
            rest.pop(0)
        elif not (_DATE.match(word) or word.startswith("--date=")):
            return f"`date {word}` may set the clock"
    return ""


_KNOWN: dict[str, Callable[[Sequence[str]], str]] = {
    "curl": _curl,
    "aws": _aws,
    "psql": _psql,
    "date": _date,
}
