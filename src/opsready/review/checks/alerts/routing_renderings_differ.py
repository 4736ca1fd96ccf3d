"""Two renderings of one routing that say different things."""

import json
import posixpath
from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.yaml_tree import Yaml
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

# Where the one reads a file, the other names what AWS keeps: a secret, or a topic.
_KEYS = frozenset({"routing_key", "routing_key_file", "service_key", "service_key_file"})
_ADDRESSES = frozenset({"url", "url_file", "api_url", "api_url_file", "topic_arn", "sigv4"})
_WORDS = {"title": "subject", "text": "message"}  # one thing, in the words of Slack and of SNS
_SHOWN_LETTERS = 60

Difference = tuple[int, str]
Integration = tuple[str, dict[str, Yaml], Yaml]


def find(case: Case) -> Iterator[Finding]:
    """One finding a difference between an Alertmanager configuration and the rendering of it for
    Amazon Managed Prometheus beside it, the references to keys and addresses aside."""
    for managed in case.pack.documents(Alertmanager):
        if not managed.wrapped:
            continue
        beside = [c for c in case.pack.documents(Alertmanager) if _is_beside(c, managed)]
        if len(beside) != 1 or beside[0].root is None or managed.root is None:
            continue
        plain = beside[0]
        for line, what in _differences(plain.root or managed.root, managed.root):
            yield Finding(
                managed.path,
                line,
                f"{what} in {plain.path}: the two no longer say the same",
                "Change both alike; they may differ in where keys and addresses are kept alone.",
                related=(Place(plain.path, 1, "the other rendering"),),
            )


def _is_beside(config: Alertmanager, managed: Alertmanager) -> bool:
    folder = posixpath.dirname(managed.path)
    return not config.wrapped and posixpath.dirname(config.path) == folder


def _differences(plain: Yaml, managed: Yaml) -> Iterator[Difference]:
    for key in dict.fromkeys([*(k for k, _ in managed.items()), *(k for k, _ in plain.items())]):
        if key != "receivers":
            yield from _compared(f"`{key}`", plain.get(key), managed.get(key), managed)
    ours = {node.string("name") or "": node for node in plain.elements("receivers")}
    theirs = {node.string("name") or "": node for node in managed.elements("receivers")}
    for name in dict.fromkeys([*theirs, *ours]):
        if name in ours and name in theirs:
            yield from _told(name, _integrations(ours[name]), _integrations(theirs[name]))
        elif name in theirs:
            yield theirs[name].line, f"the receiver `{name}` is here, and not"
        else:
            yield managed.key_line("receivers"), f"the receiver `{name}` is not here, and is"


def _compared(
    where: str, plain: Yaml | None, managed: Yaml | None, above: Yaml
) -> Iterator[Difference]:
    """The deepest nodes that differ."""
    if plain is None or managed is None:
        if plain is not managed:
            line = (managed or above).line
            yield line, f"{where} is {_shown(managed)} here, and {_shown(plain)}"
    elif plain.is_mapping and managed.is_mapping:
        for key in dict.fromkeys([*managed.value, *plain.value]):
            yield from _compared(f"{where}.{key}", plain.get(key), managed.get(key), managed)
    elif plain.is_sequence and managed.is_sequence and len(plain.value) == len(managed.value):
        for number, (one, other) in enumerate(zip(plain.value, managed.value, strict=True)):
            yield from _compared(f"{where}[{number}]", one, other, managed)
    elif plain.plain() != managed.plain():
        yield managed.line, f"{where} is {_shown(managed)} here, and {_shown(plain)}"


def _shown(node: Yaml | None) -> str:
    if node is None:
        return "nothing"
    text = json.dumps(node.plain(), default=str)
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…"


def _integrations(receiver: Yaml) -> list[Integration]:
    return [
        (key.removesuffix("_configs"), dict(entry.items()), entry)
        for key, configured in receiver.items()
        if key.endswith("_configs")
        for entry in configured.elements()
    ]


def _told(name: str, ours: list[Integration], theirs: list[Integration]) -> Iterator[Difference]:
    if len(ours) != len(theirs):
        line = theirs[0][2].line if theirs else 1
        yield line, f"`{name}` has {len(theirs)} integrations here, and {len(ours)}"
        return
    for (kind, plain, _), (managed_kind, managed, node) in zip(ours, theirs, strict=True):
        where = f"`{name}`.{managed_kind}"
        if kind != managed_kind and managed_kind != "sns":
            yield node.line, f"`{name}` tells {managed_kind} here, and {kind}"
            continue
        one, other = _said(plain), _said(managed)
        for key in dict.fromkeys([*other, *one]):
            yield from _compared(f"{where}.{key}", one.get(key), other.get(key), node)


def _said(settings: dict[str, Yaml]) -> dict[str, Yaml]:
    """What is told, whoever carries it."""
    kept = {k: v for k, v in settings.items() if k not in _KEYS | _ADDRESSES}
    return {_WORDS.get(key, key): value for key, value in kept.items()}


CHECK = Check(
    id="routing-renderings-differ",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="two renderings of one routing that say different things",
    find=find,
)
