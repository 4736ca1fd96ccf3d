"""Looks in the tree for what a claim names: the command, the alert at 1 %, the entry, the figure.

A thing of which the tree has none at all is *not shown*; one that is there with another figure,
or among others of its kind and missing, is *shown to be otherwise*.
"""

import math
from collections.abc import Callable, Iterable, Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.dockerfile import Dockerfile
from opsready.documents.openslo import SloFile
from opsready.documents.pipeline import Job
from opsready.documents.protection import Protection
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.documents.runbook import Runbooks
from opsready.facts.automation import DeployPath, read_automation
from opsready.rehearsal.proof import Rung
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users
from opsready.spec.origin import Basis
from opsready.spec.spec import Slo
from opsready.verdict.criterion import AGREES, Brief, Look, Sight
from opsready.verdict.runbook_entry import is_about

KINDS = {
    "database": frozenset({"postgresql", "mysql", "mariadb", "mongodb", "sqlite", "mssql"}),
    "cache": frozenset({"redis", "memcached", "valkey"}),
    "queue": frozenset({"kafka", "rabbitmq", "sqs", "nats"}),
}
"""The kinds of dependency that the words of a criterion cover."""


def _deploys(brief: Brief) -> bool:
    found = read_automation(brief.bundle)
    return bool(found.paths or found.scripts)


def _has_objectives(brief: Brief) -> bool:
    """In a file of SLOs, or said by a person or a document; an assumed one is none."""
    decided = (brief.spec.origin(f"slos.{s.name}.objective_percent") for s in _slos(brief))
    said = any(origin is not None and origin.basis is not Basis.ASSUMED for origin in decided)
    return said or bool(brief.bundle.documents(SloFile))


def _slos(brief: Brief) -> list[Slo]:
    return brief.spec.operations.slos


def _is_asked_for_health(brief: Brief) -> bool:
    health = brief.spec.operations.health
    return bool(health.readiness or health.liveness)


_INFRASTRUCTURE = (Kind.TERRAFORM, Kind.KUBERNETES, Kind.COMPOSE, Kind.DOCKERFILE)
_PRESENT: dict[str, Callable[[Brief], bool]] = {
    "alert rule": lambda brief: bool(brief.bundle.assembled(RuleBook).alerts),
    "file": lambda brief: bool(brief.bundle.sources),
    "health route": _is_asked_for_health,
    "image definition": lambda brief: bool(brief.bundle.documents(Dockerfile)),
    "infrastructure": lambda brief: bool(brief.bundle.of_kind(*_INFRASTRUCTURE)),
    "objective": _has_objectives,
    "runbook": lambda brief: bool(brief.bundle.assembled(Runbooks).entries),
    "way of deploying": _deploys,
}


def has(what: str) -> Look:
    """The tree has one: of nothing at all, everything can be said. Raises `KeyError` for what is
    not looked for."""
    is_there = _PRESENT[what]

    def look(brief: Brief) -> Sight:
        why = f"the tree has no {what}"
        return AGREES if is_there(brief) else Sight(None, why)

    return look


def pipeline_runs(words: str) -> Look:
    """A pipeline of the tree runs a command with these words, in this order."""
    wanted = words.split()

    def look(brief: Brief) -> Sight:
        pipelines = read_automation(brief.bundle).pipelines
        if not pipelines:
            return Sight(None, f"the tree has no pipeline that could run `{words}`")
        if any(_in_order(wanted, command) for command in _commands(pipelines)):
            return AGREES
        return Sight(False, f"no pipeline runs `{words}`", pipelines[0].path, 1)

    return look


def _commands(pipelines: Iterable[DeployPath]) -> Iterator[list[str]]:
    """The words of every command, those of called scripts that do something known included."""
    for path in pipelines:
        yield from (act.effect.text.split() for act in path.acts)
        for job in path.pipeline.jobs if path.pipeline else ():
            yield from (list(command.words) for command in job.commands)


def _in_order(wanted: Iterable[str], words: Iterable[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in wanted)


def approval_is_asked(brief: Brief) -> Sight:
    """Every job that deploys names an environment, on which the code host can ask for approval,
    or waits for a person. That the host does ask is a setting outside of the tree, which its own
    account of its environments shows."""
    paths = read_automation(brief.bundle).paths
    if not paths:
        return Sight(None, "the tree has no pipeline that deploys")
    for path in paths:
        for job in path.jobs:
            if job.environment is None and not job.is_manual:
                why = f"job `{job.id}` deploys and names no environment that could ask for approval"
                return Sight(False, why, job.path, job.line)
    if brief.protection is None:
        return AGREES
    free = {place.name for place in brief.spec.operations.environments if not place.approval}
    jobs = (job for path in paths for job in path.jobs if job.environment not in free)
    return _as_the_host_says(brief.protection, jobs)


def _as_the_host_says(protection: Protection, jobs: Iterable[Job]) -> Sight:
    """Whether each of these jobs, which need an approval, is held up for one. A name that is
    made when the pipeline runs cannot be looked up, nor can a job that waits by itself."""
    looked_up = True
    for job in jobs:
        if job.environment is None or "{{" in job.environment:
            looked_up = False
        elif fault := protection.fault(job.environment):
            return Sight(False, f"{fault} ({protection.path})", job.path, job.line)
    return Sight(True, rung=Rung.LIVE) if looked_up else AGREES


def image_is_unprivileged(brief: Brief) -> Sight:
    """The image definition ends as a user other than root. That the file says so is all that a
    build shows; what the running container may do, it does not."""
    images = [i for i in brief.bundle.documents(Dockerfile) if serves_users(i.path)]
    if not images:
        return Sight(None, "the tree has no image definition")
    for image in images:
        user = image.last("USER")
        if user is None:
            return Sight(False, "the image runs as root: it names no user", image.path, 1)
        if image.filled(user.value).split(":")[0] in {"root", "0"}:
            return Sight(False, "the image runs as root", image.path, user.line)
    return AGREES


def runbook_has(entry: str) -> Look:
    """A runbook has an entry of this name, in these words or others of the same meaning."""
    about = is_about(entry)

    def look(brief: Brief) -> Sight:
        runbooks = brief.bundle.assembled(Runbooks)
        if not runbooks.entries:
            return Sight(None, "the tree has no runbook")
        if any(about(known.name, known.path) for known in runbooks.entries):
            return AGREES
        first = runbooks.entries[0]
        return Sight(False, f"no runbook entry is about {entry}", first.path, first.line)

    return look


def alert_fires_at(bound: float, window_s: float) -> Look:
    """An alert compares with this bound (a share of 1, or seconds) over this window."""

    def look(brief: Brief) -> Sight:
        book = brief.bundle.assembled(RuleBook)
        if not book.alerts:
            return Sight(None, "the tree has no alert rule")
        if any(_fires_at(book, alert, bound, window_s) for alert in book.alerts):
            return AGREES
        first = book.alerts[0]
        why = f"no alert compares with {bound:g} over {window_s:g} s"
        return Sight(False, why, first.path, first.line)

    return look


def _fires_at(book: RuleBook, alert: Alert, bound: float, window_s: float) -> bool:
    for condition in alert.expression.conditions:
        if condition.op not in {">", ">="}:  # `up == 1` is no share of 1 %
            continue
        # Some write shares in per cent.
        if not any(math.isclose(condition.bound, each) for each in (bound, bound * 100)):
            continue
        if alert.for_s == window_s or window_s in book.windows_s(condition.value):
            return True
    return False


def alerts_reach(receiver: str) -> Look:
    """The routing has a receiver of this kind or name, and a route leads to it."""
    wanted = receiver.lower().replace(" ", "")

    def look(brief: Brief) -> Sight:
        routings = [r for r in brief.bundle.documents(Alertmanager) if r.route is not None]
        if not routings:
            return Sight(None, "the tree has no Alertmanager routing")
        for routing in routings:
            routed = {route.receiver for route in routing.route.walk()} if routing.route else set()
            for known in routing.receivers:
                kinds = (known.name.lower(), *known.integrations)
                if known.name in routed and any(wanted in kind for kind in kinds):
                    return AGREES
        return Sight(False, f"no route leads to {receiver}", routings[0].path, 1)

    return look


def alert_reaches(bound: float, window_s: float, receiver: str) -> Look:
    """The alerts that compare with this bound over this window are routed to such a receiver, not
    to another that the routing has too. Where only their series tell, nothing is against it."""
    wanted = receiver.lower().replace(" ", "")

    def look(brief: Brief) -> Sight:
        book = brief.bundle.assembled(RuleBook)
        for alert in (each for each in book.alerts if _fires_at(book, each, bound, window_s)):
            for routing in brief.bundle.documents(Alertmanager):
                reached = routing.receivers_of(alert.known_labels)
                kinds = {kind for r in reached or () for kind in (r.name.lower(), *r.integrations)}
                if reached is not None and not any(wanted in kind for kind in kinds):
                    why = f"`{alert.name}` is not routed to {receiver} by {routing.path}"
                    return Sight(False, why, alert.path, alert.line)
        return AGREES

    return look


def slo_promises(ratio: float, window_s: float) -> Look:
    """An objective of this share over this window, in a file of SLOs or in the spec."""

    def look(brief: Brief) -> Sight:
        filed = [slo for file in brief.bundle.documents(SloFile) for slo in file.slos]
        decided = _slos(brief)
        figures = [(slo.target_ratio, slo.window_s) for slo in filed]
        figures += [(slo.objective_percent / 100, slo.window_days * 86400.0) for slo in decided]
        if not figures:
            return Sight(None, "neither the tree nor the spec has an objective")
        if any(t is not None and math.isclose(t, ratio) and w == window_s for t, w in figures):
            return AGREES
        why = f"no objective promises {ratio * 100:g} % over {window_s / 86400:g} days"
        return Sight(False, why, filed[0].path if filed else "", filed[0].line if filed else 0)

    return look


def health_answers_within(seconds: float) -> Look:
    """The bound that the probes hold health routes to is this one or a tighter one."""

    def look(brief: Brief) -> Sight:
        health = brief.spec.operations.health
        if health.readiness is None:
            return Sight(None, "no readiness route is known; state `health.readiness`")
        if health.timeout_s <= seconds:
            return AGREES
        why = (
            f"health routes are tried with {health.timeout_s:g} s, and the claim is {seconds:g} s; "
            f"state `health.timeout_s: {seconds:g}`"
        )
        return Sight(None, why)

    return look


def readiness_needs(name: str, kinds: frozenset[str]) -> Look:
    """The spec has a critical dependency of this name or one of these kinds, so that the probe
    stops it."""

    def look(brief: Brief) -> Sight:
        known = brief.spec.operations.dependencies
        for dependency in known:
            if dependency.critical and (
                dependency.kind in kinds or name.lower() in (dependency.kind, dependency.name)
            ):
                return AGREES
        why = f"the spec has no critical dependency that is the {name}: nothing stopped it"
        return Sight(None, why)

    return look


def all_of(looks: Iterable[Look]) -> Look:
    """The first of these that does not agree; agreement where all do."""
    looked: tuple[Callable[[Brief], Sight], ...] = tuple(looks)

    def look(brief: Brief) -> Sight:
        sights = (each(brief) for each in looked)
        return next((sight for sight in sights if not sight.agrees), AGREES)

    return look
