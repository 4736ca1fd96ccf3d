"""Every alert of the rules reaches the receiver that its severity asks for, and a page a pager."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.routing_tests import RoutingTests
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.routing_read import Reading, read_routing

if TYPE_CHECKING:  # what follows needs the extra [rehearse]; to name the probe does not
    pass

_FOLDER = "routing"
_NAMED_AT_MOST = 5
_AMTOOL_S = 30


@dataclass
class _Found:
    """What is against the claim, what leaves it open, and the figures."""

    faults: list[str] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)


def run(rehearsal: Rehearsal) -> Outcome:
    """Reads the tree of routes, holds the reading against amtool, then lets the real Alertmanager
    tell an endpoint on loopback of each alert."""
    pack = rehearsal.pack
    configs = [c for c in pack.documents(Alertmanager) if c.route is not None]
    alerts = pack.bundle.assembled(RuleBook).alerts
    if not configs:
        return not_run("the tree has no Alertmanager routing")
    if not alerts:
        return not_run("the tree has no alert rule that could be routed")
    found = _Found()
    known = {config.path for config in configs}
    for file in pack.documents(RoutingTests):
        missing = [path for path in file.routing if path not in known]
        found.faults += [f"{file.path} tests {path}, which is not there" for path in missing]
    for config in configs:
        found.evidence[config.path] = _read(config, alerts, rehearsal, found)
    if not found.faults:
        _asked_of_amtool(configs, alerts, rehearsal, found)
        _told(configs, alerts, rehearsal, found)
    if found.faults:
        return broke(_shown(found.faults), found.evidence)
    if found.unshown:
        return not_run(_shown(found.unshown), found.evidence)
    return held(found.evidence)


def _read(
    config: Alertmanager, alerts: Sequence[Alert], rehearsal: Rehearsal, found: _Found
) -> dict[str, Any]:
    tests = rehearsal.pack.documents(RoutingTests)
    reading = read_routing(config, alerts, tests)
    refused = [f"line {fault.line}: {fault.why}" for fault in config.faults]
    found.faults += [f"{config.path}: {why}" for why in (*refused, *reading.faults)]
    found.unshown += [
        f"{config.path}: where {name} goes hangs on labels that its series bring"
        for name in reading.open
    ]
    return _figures(reading, alerts, sum(config.path in file.routing for file in tests), tests)


def _figures(
    reading: Reading, alerts: Sequence[Alert], files: int, tests: Sequence[RoutingTests]
) -> dict[str, Any]:
    return {
        "alerts": len(alerts),
        "tests": sum(len(file.tests) for file in tests) if files else 0,
        "muted": [f"{target} by {source}" for target, source in reading.muted],
        "quiet_hours_a_year": reading.quiet_hours,
    }


def _asked_of_amtool(
    configs: Sequence[Alertmanager], alerts: Sequence[Alert], rehearsal: Rehearsal, found: _Found
) -> None:
    """Each alert by its labels, where amtool is installed. It cannot read what Amazon Managed
    Prometheus alone knows."""
    from opsready.rehearsal.stage.alertmanager import find_amtool, unknown_field
    from opsready.rehearsal.stage.process import run_to_end

    stage = rehearsal.stage
    folder = stage.directory / _FOLDER / "amtool"
    amtool = find_amtool(folder, stage.name)
    if amtool is None:
        found.evidence["amtool"] = "not installed"
        return
    stage.worked_with({"amtool": amtool.version})
    for number, config in enumerate(c for c in configs if not c.wrapped):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(config.root.plain() if config.root else {}), encoding="utf-8")
        for alert in alerts:
            words = [f"{name}={value}" for name, value in alert.known_labels.items()]
            arguments = ("config", "routes", "test", f"--config.file={file}", *words)
            asked = run_to_end(amtool.command(folder, stage.name, *arguments), _AMTOOL_S)
            if unknown_field(asked.told()):
                name = unknown_field(asked.told())
                found.evidence["amtool"] = f"{amtool.version} does not know `{name}`"
                break
            theirs = asked.log.last_lines(1)[0].split(",") if asked.exit_code == 0 else []
            ours = [receiver.name for receiver in config.told(alert.known_labels)]
            if theirs != ours:
                told = ", ".join(theirs) or asked.told(2)
                found.faults.append(f"{config.path}: amtool sends {alert.name} to {told}")
        else:
            found.evidence.setdefault("amtool", f"{amtool.version} agrees")


def _told(
    configs: Sequence[Alertmanager], alerts: Sequence[Alert], rehearsal: Rehearsal, found: _Found
) -> None:
    from opsready.rehearsal.routing_told import Telling
    from opsready.rehearsal.stage.alertmanager import Refused, find_alertmanager, unknown_field

    stage = rehearsal.stage
    folder = stage.directory / _FOLDER
    program = find_alertmanager(folder, stage.name)
    if program is None:
        found.unshown.append(
            "the real Alertmanager is not installed (prometheus-alertmanager of Debian): what a "
            "pager receives was not shown"
        )
        return
    stage.worked_with({"alertmanager": program.version})
    for number, config in enumerate(configs):
        stage.refuse_when_over()
        stage.say(f"telling loopback of every alert, as {config.path} routes it")
        try:
            telling = Telling(program, folder / str(number), stage, rehearsal.pack.bundle)
            shown = telling.show(config, alerts)
        except Refused as refusal:
            name = unknown_field(str(refusal))
            if name is None:
                found.faults.append(f"{config.path}: Alertmanager refuses it: {refusal}")
            else:
                why = f"Alertmanager {program.version} does not know `{name}`"
                found.unshown.append(f"{config.path}: {why}, so that nothing was told")
            continue
        found.faults += [f"{config.path}: {why}" for why in dict.fromkeys(shown.faults)]
        found.evidence[config.path]["told_by"] = f"Alertmanager {program.version}"
        found.evidence[config.path]["shown"] = shown.to_json()


def _shown(reasons: Sequence[str]) -> str:
    more = len(reasons) - _NAMED_AT_MOST
    shown = "; ".join(reasons[:_NAMED_AT_MOST])
    return shown + (f"; and {more} more" if more > 0 else "")


PROBE = Probe(
    "routing_reaches_receiver",
    "each alert reaches the receiver that its severity asks for, a page with its runbook, and what "
    "another one mutes stays silent",
    ("*.yml", "*.yaml", "*.rules", "*.tmpl", "!.github/*", "!.haiku/*", "!*compose*"),
    (),
    run,
    beside=True,
)
