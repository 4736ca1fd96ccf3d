"""Reads a routing as Alertmanager does: for each alert of the rules who is told of it, what mutes
it, and when nobody would be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from opsready.documents.alertmanager import Alertmanager, Receiver
from opsready.documents.routing_tests import RoutingTests
from opsready.documents.rules import Alert

# Severities that ask for nobody at once; such an alert may go anywhere that wakes no one.
_CAN_WAIT = frozenset(
    {"warning", "warn", "ticket", "minor", "low", "info", "informational", "notice", "debug"}
)
_FOR_NOBODY = frozenset({"none", "info", "informational", "notice", "debug"})
_SILENT = frozenset(
    {"slack", "email", "discord", "msteams", "msteamsv2", "telegram", "webex", "rocketchat"}
)
_HOURS_A_YEAR = 365 * 24


@dataclass(frozen=True)
class Reading:
    """What a configuration does with the alerts of the rules. `faults` break the claim; `open` are
    alerts of which only a series or the server's own labels tell where they go; `muted` are pairs,
    the muted one first; `quiet_hours` a year, of alerts that a time interval mutes."""

    faults: tuple[str, ...]
    open: tuple[str, ...]
    muted: tuple[tuple[str, str], ...]
    quiet_hours: dict[str, int] = field(default_factory=dict)


def read_routing(
    config: Alertmanager, alerts: Sequence[Alert], tests: Sequence[RoutingTests]
) -> Reading:
    """Every alert, every pair of alerts, and every test that is for this configuration."""
    faults: list[str] = []
    unknown: list[str] = []
    quiet: dict[str, int] = {}
    for alert in alerts:
        absent = {label: "" for label in config.labels_asked if not alert.may_have(label)}
        reached = config.receivers_of({**absent, **alert.known_labels})
        if reached is None:
            unknown.append(alert.name)
            continue
        faults += [f"{alert.name} {why}" for why in _faults(config, alert, reached)]
        hours = _quiet_hours(config, alert)
        if hours == _HOURS_A_YEAR:
            faults.append(f"{alert.name} is muted at all times")
        elif hours:
            quiet[alert.name] = hours
    muted = list(_muted(config, alerts))
    faults += [why for _, _, why in muted if why]
    faults += [why for file in tests for why in failed_tests(config, file)]
    pairs = tuple((target, source) for target, source, why in muted if not why)
    return Reading(tuple(faults), tuple(unknown), pairs, quiet)


def failed_tests(config: Alertmanager, file: RoutingTests) -> Iterator[str]:
    """Each test of a file that a configuration does not pass."""
    if config.path not in file.routing:
        return
    for test in file.tests:
        told = [receiver.name for receiver in config.told(test.alert, test.firing, test.at)]
        if sorted(told) != sorted(test.receivers):
            expected = ", ".join(test.receivers) or "nobody"
            got = ", ".join(told) or "nobody"
            yield f"{file.path}:{test.line}: {test.name}: {expected} expected, told is {got}"


def _faults(config: Alertmanager, alert: Alert, reached: Sequence[Receiver]) -> Iterator[str]:
    """What is wrong with where an alert goes, by what its severity asks for."""
    names = ", ".join(receiver.name for receiver in reached) or "no receiver"
    kinds = {kind for receiver in reached for kind in receiver.integrations}
    wakes = any(receiver.wakes for receiver in reached)
    severity = (alert.severity or "").lower()
    if not kinds and severity not in _FOR_NOBODY:
        yield f"is told to nobody: {names} has no integration"
    elif alert.always_fires:
        if wakes:
            yield f"always fires, and goes to {names}, which wakes a person"
    elif alert.pages:
        if not wakes and (any(r.wakes for r in config.receivers) or kinds <= _SILENT):
            yield f"is to wake a person, and goes to {names}"
    elif wakes and severity in _CAN_WAIT:
        yield f"can wait (severity {severity}), and goes to {names}, which wakes a person"


def _quiet_hours(config: Alertmanager, alert: Alert) -> int:
    """Of the year from now on, the hours in which every route that takes it is muted."""
    taking = config.route.taking(alert.known_labels) if config.route else []
    if not taking or not all(route.intervals for route in taking):
        return 0
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = (now + timedelta(hours=number) for number in range(_HOURS_A_YEAR))
    return sum(all(config.is_quiet(route, hour) for route in taking) for hour in hours)


def _muted(config: Alertmanager, alerts: Sequence[Alert]) -> Iterator[tuple[str, str, str]]:
    """Each alert that another mutes, that other, and what is wrong with it, if anything."""
    for rule in config.inhibitions:
        sources = [alert for alert in alerts if alert.may_pass(rule.source)]
        for target in (alert for alert in alerts if alert.may_pass(rule.target)):
            for source in sources:
                ours, theirs = source.known_labels, target.known_labels
                if source is target or not rule.mutes(ours, theirs):
                    continue
                lacking = [
                    label
                    for label in rule.equal
                    if not (source.may_have(label) or target.may_have(label))
                ]
                yield target.name, source.name, _wrong(source, target, lacking)


def _wrong(source: Alert, target: Alert, lacking: Sequence[str]) -> str:
    if source.always_fires:
        return f"{source.name} always fires, and so mutes {target.name} for ever"
    if target.always_fires:
        return f"{source.name} mutes {target.name}, which must never stop coming"
    if target.pages and not source.pages:
        return f"{source.name}, which wakes nobody, mutes {target.name}, which should"
    if lacking:
        return f"{source.name} mutes {target.name} by the label {lacking[0]}, which neither has"
    return ""
