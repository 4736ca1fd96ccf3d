"""detect-secrets: keys and passwords by their forms. Their values are in none of its answers.

It tries every detector on every line, 0.3 ms each: on a service of 400 files that is 20 s. So it is
given the lines that hold what a detector looks for, which gives the same findings in half a second.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.named_value import named_values, quoted_values
from opsready.documents.secret import is_coded_secret, is_placeholder, is_plain_word, provider_keys
from opsready.documents.secret_lines import suspicious_lines
from opsready.review.finding import Finding, Severity
from opsready.review.linter import Desk, Linter
from opsready.sources.purpose import Purpose, is_translation, purpose_of, serves_users
from opsready.sources.read import BYTES_AT_MOST
from opsready.sources.source import Source

# Forms that no other text has: a breach, wherever users depend on the file.
_KEYS = frozenset(
    {
        "AWS Access Key",
        "Azure Storage Account access key",
        "Discord Bot Token",
        "GitHub Token",
        "GitLab Token",
        "Mailchimp Access Key",
        "NPM tokens",
        "OpenAI Token",
        "PyPI Token",
        "SendGrid API Key",
        "Slack Token",
        "Square OAuth Secret",
        "Stripe Access Key",
        "Telegram Bot Token",
    }
)
# Entropy finds digests (944 in Kinto's tree, no secret among them), an address is no secret, and
# the forms of the others fit ordinary words and numbers.
_UNUSED = (
    "ArtifactoryDetector",
    "Base64HighEntropyString",
    "CloudantDetector",
    "HexHighEntropyString",
    "IbmCloudIamDetector",
    "IbmCosHmacDetector",
    "IPPublicDetector",
    "SoftlayerDetector",
    "TwilioKeyDetector",
)
_ASIDE = {Purpose.TRIAL, Purpose.EXAMPLE, Purpose.DOCUMENTATION}
# Kinds of files in which it takes a bare word behind a name for a value (its `util/filetype.py`).
_BARE_VALUES = re.compile(r"\.(e?ya?ml|ini|properties|toml|cfg|conf|config|cnf|go)$")
_PRAGMA = re.compile(r"pragma: ?(?:allow|white)list[ -](?:nextline[ -])?secret")
# `secret: true` says that there is one, and not which.
_SWITCH = re.compile(
    r"^[\s-]*[\w.-]+\s*[:=]\s*(?:true|false|yes|no|null)\s*(?:#.*)?$", re.IGNORECASE
)
_URL = re.compile(r"[a-z][\w+.-]*://[^\s\"'`]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_ALL_LINES = "detect_secrets.filters.allowlist.is_line_allowlisted"
# Each file is read line by line, and as YAML or INI where it parses as such: a first line that
# parses as neither keeps the numbers.
_HEAD = "{"


@dataclass(frozen=True)
class _Extract:
    """The lines of a source that are looked at: number in the copy to number in the source."""

    source: Source
    lines: tuple[int, ...]

    def line(self, number: int) -> int:
        return self.lines[number - 2]


def _reads(source: Source) -> bool:
    return purpose_of(source.path) not in _ASIDE


def _lint(desk: Desk) -> Iterator[Finding]:
    extracts: dict[str, _Extract] = {}
    for number, source in enumerate(desk.sources):
        lines = source.text.split("\n")
        chosen = tuple(_chosen(source, lines))
        if chosen:
            text = "\n".join([_HEAD, *(lines[line - 1] for line in chosen), ""])
            ending = _ENDING.search(source.path)
            name = desk.put(f"{number}{ending[0] if ending else ''}", text)
            extracts[name] = _Extract(source, chosen)
    results = desk.ask(*_arguments(desk))["results"] if extracts else {}
    for name, found in results.items():
        extract = extracts[name]
        for secret in found:
            line = extract.line(secret["line_number"])
            if not _is_none(secret["type"], extract.source, line):
                yield _finding(secret["type"], extract.source, line)


def _chosen(source: Source, lines: list[str]) -> Iterator[int]:
    """The lines that may hold a secret, each after the one above it where that speaks of it."""
    bare = bool(_BARE_VALUES.search(source.path))
    last = 0
    for number in suspicious_lines(source.text, names_suffice=bare):
        if number - 1 > last and _PRAGMA.search(lines[number - 2]):
            yield number - 1
        yield number
        last = number


def _arguments(desk: Desk) -> Iterator[str]:
    """Without verification, which would ask the providers, and with one process."""
    yield from ("--cores", "1", "scan", "--all-files", "--no-verify")
    for name in _UNUSED:
        yield from ("--disable-plugin", name)
    if not desk.heeds_comments:
        yield from ("--disable-filter", _ALL_LINES)
    yield "."


def _is_none(kind: str, source: Source, line: int) -> bool:
    """What a form alone gives away, and its value does not bear out: a switch, the first line of a
    key without the key, a name behind which every value is a word on its face."""
    text = source.text.split("\n")[line - 1]
    if kind == "Private Key" and "PRIVATE KEY-" in text:
        starts = (offset for offset, _ in provider_keys(source.text))
        return all(source.text.count("\n", 0, start) + 1 != line for start in starts)
    if kind == "Basic Auth Credentials":
        return not any(is_coded_secret("", url) for url in _URL.findall(text))
    if kind != "Secret Keyword":
        return False
    if is_translation(source.path):
        return True
    values = [*quoted_values(text), *named_values(text)]
    told = [(each.name, each.value) for each in values if each.value is not None]
    words = bool(told) and all(is_plain_word(name, value) for name, value in told)
    return bool(_SWITCH.search(text)) or words


def _finding(kind: str, source: Source, line: int) -> Finding:
    """Known again by its kind: a digest of the line would be one of the secret too."""
    return Finding(
        source.path,
        line,
        f"this looks like a secret written out ({kind}): whoever can read the repository, or ever"
        " could, has it",
        "Make the value void at its provider, keep the new one in the secret store, and refer to"
        " it from here by name; what is none can be allowed here.",
        check=f"detect-secrets/{re.sub(r'[^a-z0-9]+', '-', kind.lower()).strip('-')}",
        mandate="OPS-2",
        severity=_severity(kind, source, line),
        anchor=kind,
    )


def _severity(kind: str, source: Source, line: int) -> Severity:
    """A name that promises a secret, and a password in an address, are often no news: a secret
    check of our own tells those apart."""
    if kind not in _KEYS:
        return Severity.WARNING if kind == "Private Key" else Severity.ADVICE
    is_shown = is_placeholder(source.text.split("\n")[line - 1])
    return Severity.BLOCKER if serves_users(source.path) and not is_shown else Severity.WARNING


LINTER = Linter(
    id="detect-secrets",
    title="keys and passwords by their forms",
    program="detect-secrets",
    reads=_reads,
    lint=_lint,
    silenced_by=_PRAGMA,
    characters_at_most=BYTES_AT_MOST,
)
