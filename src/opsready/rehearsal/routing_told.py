"""What the real Alertmanager tells, and to whom: each alert posted, each notification looked at."""

import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rules import Alert
from opsready.rehearsal.routing_copy import SEEN, Copy, copy_of, write_templates
from opsready.rehearsal.stage.alertmanager import AlertmanagerServer, Program
from opsready.rehearsal.stage.desk import Desk
from opsready.sources.source import Bundle

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

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
Names = dict[frozenset[tuple[str, str]], str]


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

    def __init__(self, program: Program, folder: Path, stage: "Stage", bundle: Bundle) -> None:
        self._program, self._folder, self._stage = program, folder, stage
        folder.mkdir(parents=True, exist_ok=True)
        write_templates(bundle, folder / "templates")
        self._key = secrets.token_hex(16)
        self._key_file = folder / "key"
        self._key_file.touch(mode=0o600)
        self._key_file.write_text(self._key, encoding="utf-8")

    def show(self, config: Alertmanager, alerts: Sequence[Alert]) -> Shown:
        """Alerts that mute each other come one after the other, then all of them at once. Raises
        Refused and CannotStage."""
        waves, names = _waves(config, alerts), _names(alerts)
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # most of a wave is waiting
            everything = pool.submit(self._wave, config, names, alerts, len(waves), ends=True)
            told = list(pool.map(partial(self._wave, config, names), waves, range(len(waves))))
        return _together([*told, everything.result()])

    def _wave(
        self,
        config: Alertmanager,
        names: Names,
        wave: Sequence[Alert],
        number: int,
        *,
        ends: bool = False,
    ) -> Shown:
        templates, folder = self._folder / "templates", self._folder / str(number)
        mark = self._stage.name
        with Desk() as desk:
            copied = copy_of(config, desk.url, self._key, self._key_file, templates)
            with AlertmanagerServer(self._program, folder, mark, copied.config) as server:
                told = _Wave(config, names, wave, server, desk, copied, self._stage)
                return told.tell(ends=ends)


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


def _labels(alert: Alert) -> dict[str, str]:
    """As Alertmanager keeps them: an empty label is none."""
    return {name: value for name, value in alert.known_labels.items() if value}


def _names(alerts: Sequence[Alert]) -> Names:
    """What each alert is called; several of one name are told apart by their labels."""
    shared = Counter(alert.name for alert in alerts)
    return {
        frozenset(_labels(alert).items()): alert.name
        if shared[alert.name] == 1
        else f"{alert.name}{{{', '.join(f'{k}={v}' for k, v in _labels(alert).items())}}}"
        for alert in alerts
    }


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


class _Wave:
    """Alerts that are posted together, to an Alertmanager of their own."""

    def __init__(
        self,
        config: Alertmanager,
        names: Names,
        wave: Sequence[Alert],
        server: AlertmanagerServer,
        desk: Desk,
        copied: Copy,
        stage: "Stage",
    ) -> None:
        self._config, self._names, self._copied, self._stage = config, names, copied, stage
        self._server, self._desk = server, desk
        self._alerts = {self._name(_labels(alert)): alert for alert in wave}
        self._pagers = {r.name for r in config.receivers if "pagerduty" in r.integrations}

    def tell(self, *, ends: bool) -> Shown:
        """Posts them, waits, and looks at what came; in the end that they end, where it is asked
        for."""
        since, (expected, muted) = _now(), self._expected()
        # What mutes is there first: Alertmanager knows it before the group of the other is told.
        for is_muted in (False, True):
            together = [a for name, a in self._alerts.items() if (name in muted) is is_muted]
            self._server.post([_posted(alert, since) for alert in together])
        self._await(expected)
        seen, incidents = self._seen(), set(self._of_pagers())
        faults = [*_compared(expected, seen), *self._inhibited(muted), *self._events()]
        if ends:
            over = {"endsAt": _now()}
            self._server.post([_posted(a, since) | over for a in self._alerts.values()])
            faults += self._left_open()
        return Shown(faults, seen, incidents, muted, replaced=self._copied.replaced)

    def _name(self, labels: Mapping[str, str]) -> str:
        known = self._names.get(frozenset(labels.items()))
        return known or str(labels.get("alertname"))

    def _expected(self) -> tuple[Told, set[str]]:
        """Whom each is told to, and those that another mutes."""
        labels = {name: _labels(alert) for name, alert in self._alerts.items()}
        expected: Told = set()
        muted = set()
        for name, own in labels.items():
            others = [each for other, each in labels.items() if other != name]
            if self._config.muting(own, others) is not None:
                muted.add(name)
                continue
            told = self._config.told(own)
            expected |= {(name, receiver.name) for receiver in told if receiver.integrations}
        return expected, muted

    def _await(self, expected: Told) -> None:
        deadline = time.monotonic() + _TOLD_WITHIN_S
        while time.monotonic() < deadline:
            opened = {_key(event) for event in self._desk.at("pagerduty")}
            if expected <= self._seen() and self._of_pagers().keys() <= opened:
                break
            self._stage.refuse_when_over()
            time.sleep(_PAUSE_S)
        time.sleep(_BESIDE_S)

    def _seen(self) -> Told:
        return {
            (self._name(alert["labels"]), str(body["receiver"]))
            for body in self._desk.at(SEEN)
            for alert in body["alerts"]
        }

    def _of_pagers(self) -> dict[str, set[str]]:
        """Each group that a pager was told of, by the key that Alertmanager gives its incident,
        with its alerts."""
        return {
            hashlib.sha256(str(body["groupKey"]).encode()).hexdigest(): {
                self._name(alert["labels"]) for alert in body["alerts"]
            }
            for body in self._desk.at(SEEN)
            if body["receiver"] in self._pagers
        }

    def _inhibited(self, expected: set[str]) -> Iterator[str]:
        """By Alertmanager's own account."""
        for alert in self._server.alerts():
            name, is_muted = self._name(alert["labels"]), bool(alert["status"]["inhibitedBy"])
            if is_muted != (name in expected):
                says = "is muted by another" if is_muted else "is muted by nothing"
                yield f"{name} {says}, says Alertmanager"

    def _events(self) -> Iterator[str]:
        """Of each group that a pager was told of: the event as PagerDuty would take it."""
        events = {_key(event): event for event in self._desk.at("pagerduty")}
        for key, names in self._of_pagers().items():
            for name in sorted(names & self._alerts.keys()):
                if key not in events:
                    yield f"{name}: no event has the key of its group"
                    continue
                reasons = _event(self._alerts[name], events[key], self._copied.key)
                yield from (f"{name}: {why}" for why in reasons)

    def _left_open(self) -> Iterator[str]:
        """Pagers that are told of no end, though they are to be."""
        told = {r.name for r in self._config.receivers if not r.unresolved} & self._pagers
        opened = {name: {_key(e) for e in self._desk.at("pagerduty", name)} for name in told}
        deadline = time.monotonic() + _TOLD_WITHIN_S
        while time.monotonic() < deadline:
            for name in [name for name in opened if opened[name] <= self._closed(name)]:
                del opened[name]
            if not opened:
                return
            self._stage.refuse_when_over()
            time.sleep(_PAUSE_S)
        for name in sorted(opened):
            yield f"{name} was not told that its incidents are over"

    def _closed(self, name: str) -> set[str]:
        told = self._desk.at("pagerduty", name)
        return {_key(event) for event in told if event.get("event_action") == "resolve"}


def _key(event: Mapping[str, Any]) -> str:
    return str(event.get("dedup_key"))


def _compared(expected: Told, seen: Told) -> Iterator[str]:
    for alert, receiver in sorted(expected - seen):
        yield f"{alert} was posted, and {receiver} was told nothing"
    for alert, receiver in sorted(seen - expected):
        yield f"{alert} was told to {receiver}, and should not have been"


def _posted(alert: Alert, since: str) -> dict[str, Any]:
    """As Prometheus sends it; what a template would fill in is left as it is written."""
    return {
        "labels": _labels(alert),
        "annotations": dict(alert.annotations),
        "startsAt": since,
        "generatorURL": "http://prometheus.example/graph",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat()


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
