"""What the real Alertmanager tells, and to whom: each alert posted, each notification looked at."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rules import Alert
from opsready.rehearsal.routing_copy import SEEN, Copy, copy_of, write_templates
from opsready.rehearsal.stage.alertmanager import AlertmanagerServer, Program
from opsready.rehearsal.stage.desk import Desk
from opsready.sources.source import Bundle

# What PagerDuty's Events API takes as a severity, and which of them are for a person at once.
_SEVERITIES = frozenset({"critical", "error", "warning", "info"})
_URGENT = frozenset({"critical", "error"})
_SUMMARY_AT_MOST = 1024  # its documentation of the common event format
# A group is told 0.3 s after its first alert; a machine may be busy with other things.
_TOLD_WITHIN_S = 20
# What comes beside what is expected comes with it: all groups wait for the same time.
_BESIDE_S = 1.0
_PAUSE_S = 0.05
_AT_ONCE = 4

Told = set[tuple[str, str]]


@dataclass
class Shown:
    """What came of one configuration."""

    faults: list[str] = field(default_factory=list)
    told: Told = field(default_factory=set)
    incidents: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    waves: int = 0
    replaced: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "told": [f"{alert} to {receiver}" for alert, receiver in sorted(self.told)],
            "incidents": len(self.incidents),
            "muted": sorted(self.muted),
            "waves": self.waves,
            "as_webhooks": list(self.replaced),
        }


class Telling:
    """One configuration, and what it takes to run it."""

    def __init__(self, program: Program, folder: Path, mark: str, bundle: Bundle) -> None:
        self._program, self._folder, self._mark = program, folder, mark
        folder.mkdir(parents=True, exist_ok=True)
        write_templates(bundle, folder / "templates")
        self._key = secrets.token_hex(16)
        self._key_file = folder / "key"
        self._key_file.touch(mode=0o600)
        self._key_file.write_text(self._key, encoding="utf-8")

    def show(self, config: Alertmanager, alerts: Sequence[Alert]) -> Shown:
        """Alerts that mute each other come one after the other, then all of them at once. Raises
        Refused and CannotStage."""
        waves = _waves(config, alerts)
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # most of a wave is waiting
            everything = pool.submit(self._wave, config, alerts, len(waves), ends=True)
            told = list(pool.map(partial(self._wave, config), waves, range(len(waves))))
        return _together([*told, everything.result()])

    def _wave(
        self, config: Alertmanager, wave: Sequence[Alert], number: int, *, ends: bool = False
    ) -> Shown:
        templates, folder = self._folder / "templates", self._folder / str(number)
        with Desk() as desk:
            copied = copy_of(config, desk.url, self._key, self._key_file, templates)
            with AlertmanagerServer(self._program, folder, self._mark, copied.config) as server:
                return _posted_and_told(config, wave, server, desk, copied, ends=ends)


def _waves(config: Alertmanager, alerts: Sequence[Alert]) -> list[list[Alert]]:
    """As few as there can be, so that in none an alert mutes another."""
    waves: list[list[Alert]] = []
    for alert in alerts:
        free = (w for w in waves if not any(_mute(config, alert, other) for other in w))
        wave = next(free, None)
        if wave is None:
            waves.append([alert])
        else:
            wave.append(alert)
    return waves


def _mute(config: Alertmanager, one: Alert, other: Alert) -> bool:
    ours, theirs = one.known_labels, other.known_labels
    return bool(config.muting(ours, [theirs]) or config.muting(theirs, [ours]))


def _together(waves: Sequence[Shown]) -> Shown:
    return Shown(
        [fault for wave in waves for fault in wave.faults],
        {pair for wave in waves for pair in wave.told},
        {key for wave in waves for key in wave.incidents},
        {name for wave in waves for name in wave.muted},
        len(waves),
        waves[0].replaced,
    )


def _posted_and_told(
    config: Alertmanager,
    wave: Sequence[Alert],
    server: AlertmanagerServer,
    desk: Desk,
    copied: Copy,
    *,
    ends: bool,
) -> Shown:
    shown = Shown(replaced=copied.replaced)
    labels = {alert.name: alert.known_labels for alert in wave}
    expected: Told = set()
    for alert in wave:
        others = [labels[other.name] for other in wave if other is not alert]
        receivers = config.told(alert.known_labels, others)
        expected |= {(alert.name, r.name) for r in receivers if r.integrations}
        if not receivers:
            shown.muted.add(alert.name)
    # What mutes is there first: Alertmanager knows it before the group of the other is told.
    first = {a.name for a in wave} - shown.muted
    server.post([_posted(alert) for alert in wave if alert.name in first])
    server.post([_posted(alert) for alert in wave if alert.name not in first])
    seen = _await(desk, expected)
    shown.faults += _compared(expected, seen)
    shown.faults += _inhibited(server, {a.name for a in wave} - first)
    shown.told |= seen
    for alert in wave:
        shown.faults += _events(alert, desk, copied, shown)
    if ends:
        server.post([_posted(alert) | {"endsAt": _now()} for alert in wave])
        shown.faults += _left_open(config, desk)
    return shown


def _posted(alert: Alert) -> dict[str, Any]:
    """As Prometheus sends it; what a template would fill in is left as it is written."""
    return {
        "labels": alert.known_labels,
        "annotations": dict(alert.annotations),
        "startsAt": _now(),
        "generatorURL": "http://prometheus.example/graph",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _left_open(config: Alertmanager, desk: Desk) -> Iterator[str]:
    """Pagers that are told of no end, though they are to be."""
    names = {r.name for r in config.receivers if not r.unresolved}
    opened = {name: {_key(e) for e in desk.at("pagerduty", name)} for name in names}
    deadline = time.monotonic() + _TOLD_WITHIN_S
    while time.monotonic() < deadline:
        for name in [name for name in opened if opened[name] <= _closed(desk, name)]:
            del opened[name]
        if not opened:
            return
        time.sleep(_PAUSE_S)
    for name in sorted(opened):
        yield f"{name} was not told that its incidents are over"


def _closed(desk: Desk, name: str) -> set[str]:
    told = desk.at("pagerduty", name)
    return {_key(event) for event in told if event.get("event_action") == "resolve"}


def _key(event: Mapping[str, Any]) -> str:
    return str(event.get("dedup_key"))


def _await(desk: Desk, expected: Told) -> Told:
    deadline = time.monotonic() + _TOLD_WITHIN_S
    while not expected <= _seen(desk) and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
    time.sleep(_BESIDE_S)
    return _seen(desk)


def _seen(desk: Desk) -> Told:
    return {
        (str(alert["labels"].get("alertname")), str(body["receiver"]))
        for body in desk.at(SEEN)
        for alert in body["alerts"]
    }


def _compared(expected: Told, seen: Told) -> Iterator[str]:
    for alert, receiver in sorted(expected - seen):
        yield f"{alert} was posted, and {receiver} was told nothing"
    for alert, receiver in sorted(seen - expected):
        yield f"{alert} was told to {receiver}, and should not have been"


def _inhibited(server: AlertmanagerServer, expected: set[str]) -> Iterator[str]:
    """By Alertmanager's own account."""
    held = {
        str(alert["labels"].get("alertname")): bool(alert["status"]["inhibitedBy"])
        for alert in server.alerts()
    }
    for name, is_inhibited in sorted(held.items()):
        if is_inhibited != (name in expected):
            says = "is muted by another" if is_inhibited else "is muted by nothing"
            yield f"{name} {says}, says Alertmanager"


def _events(alert: Alert, desk: Desk, copied: Copy, shown: Shown) -> Iterator[str]:
    """Of each group that a pager was told of: the event as PagerDuty would take it."""
    events = {_key(event): event for event in desk.at("pagerduty")}
    for body in desk.at(SEEN):
        receiver = str(body["receiver"])
        about = {str(each["labels"].get("alertname")) for each in body["alerts"]}
        if alert.name not in about or not desk.at("pagerduty", receiver):
            continue
        key = hashlib.sha256(str(body["groupKey"]).encode()).hexdigest()
        event = events.get(key)
        if event is None:
            yield f"{alert.name}: no event of {receiver} has the key of its group"
            continue
        shown.incidents.add(key)
        yield from (f"{alert.name}: {why}" for why in _event(alert, event, copied.key))


def _event(alert: Alert, event: Mapping[str, Any], key: str) -> Iterator[str]:
    payload = event.get("payload") or {}
    severity, summary = payload.get("severity"), str(payload.get("summary") or "")
    if event.get("event_action") != "trigger" or event.get("routing_key") != key:
        yield "its event does not open an incident with the key of the file"
    if severity not in _SEVERITIES:
        yield f"PagerDuty knows no severity {severity}"
    elif alert.pages != (severity in _URGENT):
        yield f"its severity is {alert.severity}, and PagerDuty is told {severity}"
    if not 0 < len(summary.strip()) <= _SUMMARY_AT_MOST:
        yield "its event has no summary that PagerDuty takes"
    if alert.runbook and json.dumps(alert.runbook)[1:-1] not in json.dumps(event):
        yield "its event does not lead to its runbook"
