"""Values that belong to one environment: its hosts, its accounts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = "prod production prd staging stage stg uat qa preprod"
_ENVIRONMENTS = frozenset(_NAMES.split())
_WORDS = re.compile(rf"\b(?:{'|'.join(_NAMES.split())})\b", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![\w./{$-])([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?![\w-])", re.IGNORECASE)
_HOST_BEHIND = re.compile(r"(?:://|@)([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?![\w-])", re.IGNORECASE)
# Last labels by which a dotted name is a host's and not a module's or a file's.
_LAST_LABELS = """
com net org io internal local dev cloud corp lan co eu de uk fr nl ch at us ca au ai tech intra
private svc aws shop store app
"""
_ACCOUNT = re.compile(r"arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):|\b(\d{12})\.dkr\.ecr\.")
# Registries that providers keep for everybody (docs.aws.amazon.com/eks, "Amazon container image
# registries"; AWS Deep Learning Containers).
_PUBLIC_ACCOUNTS = frozenset({"602401143452", "763104351884", "877085696533", "800184023465"})


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
    if _WORDS.search(text):
        for pattern in (_DOTTED, _HOST_BEHIND):
            for found in pattern.finditer(text):
                if _is_host_of_one(found.group(1)):
                    yield EnvironmentValue(f"the host {found.group(1)}", found.start(1))


def _is_host_of_one(name: str) -> bool:
    labels = name.lower().split(".")
    words = {word for label in labels for word in label.split("-")}
    return labels[-1] in _LAST_LABELS.split() and bool(words & _ENVIRONMENTS)


def names_environment(word: str) -> bool:
    """Whether a word is the name of an environment that users, or their testers, depend on."""
    return word.lower() in _ENVIRONMENTS | {"live"}
