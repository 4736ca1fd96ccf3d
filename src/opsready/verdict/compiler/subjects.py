"""What a vague sentence could have said: by subject, what it lacks, and a sentence instead."""

from dataclasses import dataclass, replace

from opsready.spec.spec import OperationsSpec
from opsready.verdict.compiler.clause import Clause

_RECEIVERS = {"pagerduty": "PagerDuty", "opsgenie": "Opsgenie", "slack": "Slack"}


@dataclass(frozen=True)
class Setting:
    """The service's own names, so that a suggestion can be copied as it stands."""

    service: str = "the service"
    readiness: str = "/readyz"
    dependencies: tuple[str, ...] = ("database",)
    failure_modes: tuple[str, ...] = ("service restart", "database failover")
    receiver: str = "PagerDuty"
    objective: str = "99.9%"
    window: str = "30 days"
    timeout: str = "5 seconds"

    @classmethod
    def of(cls, spec: OperationsSpec) -> "Setting":
        """What the spec says, and the defaults for what it leaves open."""
        setting = cls(service=spec.service.name)
        critical = tuple(d.name for d in spec.dependencies if d.critical)
        if spec.health.readiness:
            setting = replace(setting, readiness=spec.health.readiness)
        if critical:
            setting = replace(setting, dependencies=critical)
        if spec.failure_modes:
            setting = replace(setting, failure_modes=tuple(m.name for m in spec.failure_modes))
        if spec.paging.provider:
            provider = spec.paging.provider
            setting = replace(setting, receiver=_RECEIVERS.get(provider.lower(), provider))
        available = next((slo for slo in spec.slos if slo.kind == "availability"), None)
        if available:
            objective, window = f"{available.objective_percent:g}%", f"{available.window_days} days"
            setting = replace(setting, objective=objective, window=window)
        return setting


ANYWHERE = Setting()
"""A service of which nothing is known."""


@dataclass(frozen=True)
class Subject:
    """`mandate` is what its absence would break; `lacks` completes "names no …"; `instead` is a
    sentence that can be verified."""

    concepts: frozenset[str]
    mandate: str
    lacks: str
    instead: str

    def suggestion(self, setting: Setting) -> str:
        """The sentence with the service's own names."""
        return self.instead.format(
            service=setting.service,
            readiness=setting.readiness,
            dependencies=_listed(setting.dependencies),
            failure_modes=_listed(setting.failure_modes),
            receiver=setting.receiver,
            objective=setting.objective,
            window=setting.window,
            timeout=setting.timeout,
        )


def _listed(names: tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _subject(concepts: str, mandate: str, lacks: str, instead: str) -> Subject:
    return Subject(frozenset(concepts.split()), mandate, lacks, instead)


_SLO = "Availability SLO is {objective} over {window}, with an error budget and burn-rate alerts"
_PIPELINE = "Deployment pipeline runs `terraform plan` in CI and requires approval before `apply`"

# In the order in which they are asked for: the more telling subject of a sentence comes first.
SUBJECTS = (
    _subject(
        "rollback previous",
        "OPS-3",
        "what goes back, to what, and when",
        "Deployment pipeline rolls back to the previous image automatically when "
        "verification fails",
    ),
    _subject("approval", "OPS-1", "what waits for it", _PIPELINE),
    _subject(
        "runbook procedure documentation certificate rotation failover flush",
        "DONE-3",
        "entry that it covers, no command",
        "Runbook covers: {failure_modes} with step-by-step commands",
    ),
    _subject("slo budget burn", "SRE-2", "objective and no window", _SLO),
    _subject(
        "dashboard",
        "DONE-2",
        "signal that it shows",
        "Dashboard shows latency, error rate and throughput of every critical journey",
    ),
    _subject(
        "alert on_call receiver alert_threshold",
        "SRE-4",
        "signal, threshold and window",
        "Alerts fire when error rate exceeds 1% over 5 minutes, with {receiver} routing",
    ),
    _subject(
        "health_check readiness liveness",
        "OPS-4",
        "bound in time and no dependency",
        "Readiness endpoint `{readiness}` responds within {timeout} and verifies "
        "{dependencies} connectivity",
    ),
    _subject(
        "secret secret_store",
        "OPS-2",
        "place from which they come",
        "No secrets in the repository, and credentials are read from the secret store by reference",
    ),
    _subject(
        "migration schema",
        "OPS-3",
        "release that must keep running",
        "The previous release keeps working on the schema after each migration",
    ),
    _subject(
        "monitoring metric metrics_page golden_signals latency error_rate throughput",
        "DONE-2",
        "signal that is watched",
        "Monitoring covers latency, error rate and throughput of every route",
    ),
    _subject(
        "log",
        "DONE-2",
        "field that a log line must have",
        "Monitoring covers latency, error rate and throughput of every route",
    ),
    _subject(
        "image container",
        "OPS-5",
        "property that could be shown by building it",
        "Container image builds in CI and runs as a non-root user",
    ),
    _subject("deployment", "OPS-1", "step that runs, no gate and no trigger", _PIPELINE),
    _subject("pipeline infrastructure plan", "OPS-5", "step that runs", _PIPELINE),
    _subject(
        "configuration values",
        "OPS-2",
        "file and no difference between environments",
        "The same template deploys staging and production, only values differ",
    ),
    _subject(
        "shutdown",
        "",
        "what happens to requests in flight",
        "On SIGTERM {service} finishes in-flight requests before it exits",
    ),
    _subject(
        "autoscaling availability service application_code performance team security release test",
        "",
        "figure",
        _SLO,
    ),
)


def subject_of(clause: Clause) -> Subject | None:
    """The first subject that the clause speaks of, in what it says before what it takes over."""
    said = (subject for subject in SUBJECTS if clause.names(subject.concepts))
    taken = (subject for subject in SUBJECTS if clause.knows(subject.concepts))
    return next(said, None) or next(taken, None)
