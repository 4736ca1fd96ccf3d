"""A copy of a routing that can be run: the same tree, told to loopback and to nobody else.

The user's file is never edited. Only integrations whose address is known to be replaced whole are
kept; any other becomes a webhook. A group is told at once, and time intervals are left out: what
they mute is read, not waited for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.documents.alertmanager import Alertmanager
from opsready.sources.source import Bundle

Settings = dict[str, Any]

# Long enough for alerts of one call to meet in their group, short enough to wait for.
_GROUP_WAIT, _GROUP_INTERVAL, _REPEAT = "300ms", "1s", "1h"
_TIMES = ("mute_time_intervals", "active_time_intervals")
_ELSEWHERE = frozenset(
    {"routing_key", "service_key", "api_key", "api_url", "url", "http_config", "sigv4"}
    | {"topic_arn", "target_arn", "phone_number"}
)
SEEN = "seen"
"""Below this path the desk is told, in one form, of all that the other integrations are told."""


@dataclass(frozen=True)
class Copy:
    """`config` is what Alertmanager loads; `key` was made up for it; `replaced` are integrations
    that cannot be pointed elsewhere, and are webhooks in the copy."""

    config: Mapping[str, Any]
    key: str
    replaced: tuple[str, ...]


def copy_of(
    routing: Alertmanager, url: Callable[..., str], key: str, key_file: Path, templates: Path
) -> Copy:
    """`url` gives an address of the desk for a path."""
    written = routing.root.plain() if routing.root is not None else {}
    replaced: list[str] = []
    receivers = []
    for receiver in written.get("receivers") or []:
        name = str(receiver.get("name", ""))
        pointed: Settings = {"name": name}
        for kind, settings in _integrations(receiver):
            address = url(kind, name)
            if kind in _POINTED:
                kept = _without_addresses(settings) | _POINTED[kind](address, str(key_file))
            else:
                replaced.append(f"{name}: {kind}")
                kind, kept = "webhook", {"url": address}
            pointed.setdefault(f"{kind}_configs", []).append(kept)
        if len(pointed) > 1:
            pointed.setdefault("webhook_configs", []).append({"url": url(SEEN, name)})
        receivers.append(pointed)
    config = {
        "route": _hurried(written.get("route") or {}, is_root=True),
        "receivers": receivers,
        "inhibit_rules": written.get("inhibit_rules") or [],
        "templates": [str(templates / "*.tmpl")],
    }
    return Copy(config, key, tuple(replaced))


def write_templates(bundle: Bundle, folder: Path) -> None:
    """All templates of the tree, wherever the configuration looks for them in production."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(s for s in bundle.sources if s.path.endswith(".tmpl")):
        (folder / f"{number}.tmpl").write_text(source.text, encoding="utf-8")


def _integrations(receiver: Mapping[str, Any]) -> list[tuple[str, Settings]]:
    return [
        (key.removesuffix("_configs"), dict(settings or {}))
        for key, configured in receiver.items()
        if key.endswith("_configs")
        for settings in configured or []
    ]


def _without_addresses(settings: Settings) -> Settings:
    return {k: v for k, v in settings.items() if k.removesuffix("_file") not in _ELSEWHERE}


def _hurried(route: Mapping[str, Any], *, is_root: bool = False) -> Settings:
    kept = {key: value for key, value in route.items() if key not in _TIMES}
    kept |= {"group_wait": _GROUP_WAIT, "group_interval": _GROUP_INTERVAL}
    kept["repeat_interval"] = _REPEAT
    if is_root:
        kept.pop("continue", None)
    if route.get("routes"):
        kept["routes"] = [_hurried(child) for child in route["routes"]]
    return kept


def _sns(address: str, _: str) -> Settings:
    """With keys that open nothing, of the account of AWS's own examples."""
    nothing = {"region": "us-east-1", "access_key": "rehearsal", "secret_key": "rehearsal"}
    topic = "arn:aws:sns:us-east-1:123456789012:rehearsal"
    return {"api_url": address, "topic_arn": topic, "sigv4": nothing}


_POINTED: dict[str, Callable[[str, str], Settings]] = {
    "pagerduty": lambda address, key_file: {"url": address, "routing_key_file": key_file},
    "opsgenie": lambda address, _: {"api_url": address + "/", "api_key": "rehearsal"},
    "slack": lambda address, _: {"api_url": address},
    "webhook": lambda address, _: {"url": address},
    "sns": _sns,
}
