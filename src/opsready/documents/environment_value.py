"""Values that belong to one environment: its hosts, its accounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = "prod production prd staging stage stg uat qa preprod"
_ENVIRONMENTS = frozenset(_NAMES.split())
_WORDS = re.compile(rf"\b(?:{'|'.join(_NAMES.split())})\b")
_DOTTED = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_BEFORE = re.compile(r"[a-z0-9.-]*$")
_AFTER = re.compile(r"[a-z0-9.-]*")
# The longest host name there is (RFC 1035).
_HOST_AT_MOST = 253
# Last labels by which a dotted name is a host's and not a module's or a file's.
_LAST_LABELS = """
com net org io internal local dev cloud corp lan co eu de uk fr nl ch at us ca au ai tech intra
private svc aws shop store app
"""
_ACCOUNT = re.compile(r"arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):|\b(\d{12})\.dkr\.ecr\.")
# Registries that providers keep for everybody (docs.aws.amazon.com/eks, "Amazon container image
# registries"; AWS Deep Learning Containers).
_PUBLIC_ACCOUNTS = frozenset({"602401143452", "763104351884", "877085696533", "800184023465"})

# Domains whose staging is everybody's: Let's Encrypt's, for whoever tries a client of it.
_PUBLIC_DOMAINS = (".letsencrypt.org",)


@dataclass(frozen=True)
class EnvironmentValue:
    """`what` names it with its kind: `the account 123456789012`; `start` is its offset."""

    what: str
    start: int


def environment_values(text: str) -> Iterator[EnvironmentValue]:
    """Every such value in a text, in order within each kind."""
    if "arn:aws" in text or ".dkr.ecr." in text:
        for found in _ACCOUNT.finditer(text):
            account = found.group(1) or found.group(2)
            if account not in _PUBLIC_ACCOUNTS and len(set(account)) > 1:
                yield EnvironmentValue(f"the account {account}", found.start())
    yield from _hosts(text.lower())


def _hosts(text: str) -> Iterator[EnvironmentValue]:
    """The dotted names around an environment's name; each once, whatever it holds twice."""
    end = 0
    for word in _WORDS.finditer(text):
        if word.start() < end:
            continue
        before = _BEFORE.search(text, max(0, word.start() - _HOST_AT_MOST), word.start())
        start = before.start() if before is not None else word.start()
        after = _AFTER.match(text, word.end())
        end = after.end() if after is not None else word.end()
        name = text[start:end].strip(".-")
        if _DOTTED.fullmatch(name) and _is_host(name) and not _is_path(text, start, end):
            yield EnvironmentValue(f"the host {name}", start)


def _is_host(name: str) -> bool:
    is_public = name.endswith(_PUBLIC_DOMAINS)
    return name.rpartition(".")[2] in _LAST_LABELS.split() and not is_public


def _is_path(text: str, start: int, end: int) -> bool:
    """A name within a path, a module or a variable; behind `//` stands a host."""
    before, after = text[max(0, start - 2) : start], text[end : end + 1]
    in_path = before.endswith(("/", "_", "{", "$")) and before != "//"
    return in_path or after in {"_", "("}


def names_environment(word: str) -> bool:
    """Whether a word is the name of an environment that users, or their testers, depend on."""
    return word.lower() in _ENVIRONMENTS | {"live"}
