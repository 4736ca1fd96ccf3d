"""Which runbook entries there are: one for each alert's, and one for each failure that comes to any
service. What an entry is filled with is decided here; its words are templates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsready.hats.sre.alert import WatchedAlert
from opsready.hats.sre.runbook_place import Place
from opsready.hats.sre.watch import Watch
from opsready.spec.sections.service import slug
from opsready.spec.spec import Dependency, Slo

# Of a burn alert the long window has to pass the threshold again; the others end within this.
_RESOLVES_WITHIN_MIN = 15
# Bad requests that nobody promised not to have: the operations stage's own bound.
_BAD_PERCENT = 1.0
_SLOW_S = 1.0
# Twice what a new database has (infrastructure.py).
_STORAGE_GIB = 40
_TEMPLATE_OF = {
    "burn": "failing",
    "error_ratio": "failing",
    "latency": "slow",
    "traffic_drop": "traffic-drop",
    "saturation": "saturation",
    "no_data": "no-data",
    "deadman": "deadman",
}
_LEAD = {
    "failing": "More requests fail than the objective allows. Find what fails first; most often it "
    "came with a release or with a dependency.",
    "slow": "Answers take longer than the objective allows. Find whether all routes are slow, or "
    "one that calls something.",
    "saturation": "The load comes near what the service bears. There is time, and it should be "
    "used before requests fail.",
    "traffic-drop": "Requests that never arrive fail nowhere. Look from outside to inside: name, "
    "certificate, load balancer, targets.",
    "no-data": "Nobody counts, so nobody would be paged for anything else. The service itself may "
    "be well.",
    "deadman": "The alert that always fires has stopped coming: rules, routing or the way between "
    "them are broken, and no other page would arrive. The service itself may be well.",
}
_TITLES = {
    "error-rate-high": "Too many requests fail",
    "latency-high": "Answers are slow",
    "traffic-drop": "Hardly any requests arrive",
    "saturation": "Nearly as much load as it bears",
    "no-data": "Nobody counts",
    "dead-mans-switch": "Alerting is silent",
}
_ITSELF = {
    "restart": "Tasks hang or answer wrongly, and their release was good before. Nothing else is "
    "ill: a restart mends no dependency.",
    "database-failover": "Calls to the database fail or hang although AWS calls it available, or a "
    "zone is ill.",
    "cache-flush": "Users see old or wrong data, and the database has the right ones.",
    "certificate-rotation": "Callers are refused with an error of TLS, AWS announces the end of a "
    "certificate by mail, or a key leaked.",
    "secret-rotation": "A secret leaked, is due, or is refused: the log shows errors of "
    "authentication.",
    "bad-release": "Errors or slow answers began with a release; the workflow `deploy` is red, or "
    "was green and users say otherwise.",
}


@dataclass(frozen=True)
class RunbookEntry:
    """One page: `template` names its words, `fills` what they are filled with, `alerts` who leads
    here; `symptom` is what is seen where no alert does."""

    name: str
    template: str
    title: str
    alerts: tuple[WatchedAlert, ...] = ()
    symptom: str = ""
    fills: Mapping[str, str] = field(default_factory=dict)


def runbook_entries(watch: Watch, place: Place) -> tuple[RunbookEntry, ...]:
    """All of them, by name; an alert's page is written even where no failure of its kind is."""
    of_alerts: dict[str, list[WatchedAlert]] = {}
    for alert in watch.alerts:
        of_alerts.setdefault(alert.entry, []).append(alert)
    found = {entry.name: entry for entry in _of_failures(watch, place, of_alerts)}
    for name, alerts in of_alerts.items():
        found.setdefault(name, _of_alerts(name, alerts, place))
    return tuple(found[name] for name in sorted(found))


def _of_failures(
    watch: Watch, place: Place, of_alerts: Mapping[str, Sequence[WatchedAlert]]
) -> Iterator[RunbookEntry]:
    def entry(name: str, title: str, template: str = "", **fills: str) -> RunbookEntry:
        alerts = tuple(of_alerts.get(name, ()))
        return RunbookEntry(name, template or name, title, alerts, _ITSELF.get(name, ""), fills)

    yield entry("restart", "Restart")
    yield entry("bad-release", "Bad release")
    yield entry("budget-spent", "The error budget is spent", policy=_policies(place))
    where = "public" if place.is_public else "inside"
    yield entry("certificate-rotation", "Certificate rotation", f"certificate-rotation-{where}")
    if place.database is not None:
        yield entry("database-failover", "Database failover")
    if place.cache is not None:
        yield entry("cache-flush", "Cache flush", **_of_dependency(place.cache))
    if place.secrets:
        yield entry("secret-rotation", "Secret rotation", **_of_secrets(place))
    for dependency in place.operations.dependencies:
        name = f"{slug(dependency.name)}-down"
        title, template = f"{dependency.name} is down", _template_of(dependency, place)
        made = entry(name, title, template, **_of_dependency(dependency))
        seen = f"{dependency.name} does not answer, or answers with errors."
        yield RunbookEntry(name, template, title, made.alerts, seen, made.fills)


def _template_of(dependency: Dependency, place: Place) -> str:
    if dependency == place.database:
        return "dependency-database"
    return "dependency-cache" if dependency == place.cache else "dependency-other"


def _of_alerts(name: str, alerts: Sequence[WatchedAlert], place: Place) -> RunbookEntry:
    first = alerts[0]
    slo = next((s for s in place.operations.slos if s.name == first.slo), None)
    template = _TEMPLATE_OF.get(first.about, "failing")
    if template == "failing" and slo is not None and slo.kind == "latency":
        template = "slow"
    title = _title(name, first, slo)
    fills = {"title": title, "lead": _LEAD[template]} | (_of_slo(slo) if slo else {})
    return RunbookEntry(name, template, title, tuple(alerts), "", fills)


def _title(name: str, alert: WatchedAlert, slo: Slo | None) -> str:
    if alert.about == "burn" and slo is not None:
        return f"The error budget of {slo.name} burns"
    return _TITLES.get(name) or name.replace("-", " ").capitalize()


def _of_slo(slo: Slo) -> dict[str, str]:
    if slo.kind == "latency":
        return {"slow_s": f"{slo.threshold_s or _SLOW_S:g}"}
    return {"bad_percent": f"{slo.budget_ratio * 100:.10g}"}


def _of_dependency(dependency: Dependency) -> dict[str, str]:
    addresses = dependency.configured_by
    return {
        "dependency": dependency.name,
        "when_down": " ".join((dependency.when_down or "no document says").split()).rstrip("."),
        "address": next((name for name in reversed(addresses) if name.isidentifier()), "ADDRESS"),
        "configured_by": " and ".join(f"`{name}`" for name in addresses) or "no variable is known",
    }


def _of_secrets(place: Place) -> dict[str, str]:
    names = place.secrets
    return {
        "secret": names[0],
        "secrets": ", ".join(f"`{name}`" for name in names),
        "secret_count": str(len(names)),
    }


def _policies(place: Place) -> str:
    said = dict.fromkeys(
        " ".join(slo.policy.split()) for slo in place.operations.slos if slo.policy
    )
    return " ".join(said) or "No document says what happens then; until one does, releases stop."


def common_fills(watch: Watch, place: Place) -> dict[str, str]:
    """What any entry may be filled with, unless it says so itself."""
    operations, environment = place.operations, place.environment
    health, slos = operations.health, operations.slos
    slow = [s.threshold_s for s in slos if s.kind == "latency" and s.threshold_s]
    bad = [s.budget_ratio * 100 for s in slos if s.kind != "latency"]
    critical = [d.name for d in operations.dependencies if d.critical]
    return {
        "service": operations.service.name,
        "minutes": str(operations.paging.escalation_minutes),
        "whom": operations.service.owner or "the next of the rota",
        "readiness": _quoted(health.readiness or health.liveness or "/"),
        "liveness": _quoted(health.liveness or ""),
        "metrics": _quoted(health.metrics or ""),
        "unready": _unready(critical),
        "tasks_min": str(environment.tasks_min),
        "tasks_max": str(environment.tasks_max),
        "tasks_more": str(environment.tasks_max),
        "tasks_most": str(2 * environment.tasks_max),
        "multi_az": str(environment.approval),
        "stop_s": f"{operations.runtime.stop_timeout_s:g}",
        "bad_percent": f"{min(bad, default=_BAD_PERCENT):.10g}",
        "slow_s": f"{max(slow, default=_SLOW_S):g}",
        "resolve_minutes": str(_RESOLVES_WITHIN_MIN),
        "storage_gib": str(_STORAGE_GIB),
        "service_dashboard": watch.service_dashboard,
        "slo_dashboard": watch.slo_dashboard,
        "dependency_links": _links(operations.dependencies),
        "door": "HTTPS 443" if place.is_public else "HTTP 80",
        "door_says": "Where it is missing, nobody gets in by it.",
    }


def _quoted(path: str) -> str:
    """As it stands between double quotes in a shell."""
    return re.sub(r'([\\"$`])', r"\\\1", path)


def _unready(critical: Sequence[str]) -> str:
    if not critical:
        return "`503` means that the service itself says that it is not ready."
    return f"`503` means that what it needs does not answer: {' or '.join(critical)}."


def _links(dependencies: Sequence[Dependency]) -> str:
    named = (f"[{d.name}]({slug(d.name)}-down.md)" for d in dependencies)
    return ", ".join(named) or "it has none"
