"""The spec: what the service needs in order to be operated.

The models are the schema of `opsready.yaml`: their descriptions are what a user reads there.
Defaults are not here but in `decide.py`, so that every value has an origin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from opsready.spec.origin import Basis, Conflict, Origin

Key = str
"""A dotted path into the spec, list items by name: `dependencies.postgresql.critical`."""
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


class Part(BaseModel):
    """A section: unknown keys are refused, nothing is edited after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(Part):
    """Who this is."""

    name: str = Field(description="short name, as in metrics and file names", min_length=1)
    owner: str | None = Field(default=None, description="team or person who answers for it")
    description: str | None = Field(default=None, description="one sentence")


class Runtime(Part):
    """How it is started."""

    language: str | None = Field(default=None, description="python, node, go, java …")
    framework: str | None = Field(default=None, description="fastapi, django, pyramid …")
    install: list[list[str]] = Field(
        default_factory=list,
        description="commands that install it into an environment of its own, as argument lists",
    )
    prepare: list[list[str]] = Field(
        default_factory=list, description="commands before the first start, such as migrations"
    )
    start: list[str] = Field(default_factory=list, description="the start command's arguments")
    port: Port | None = Field(default=None, description="where it listens")
    workers: int = Field(default=1, ge=1, description="processes in production")
    stop_timeout_s: Seconds = Field(default=30, description="SIGTERM until SIGKILL, in seconds")
    files: dict[str, str] = Field(
        default_factory=dict,
        description="configuration files to write into the rehearsal's working copy, by path",
    )


class OwnTests(Part):
    """How the service's own tests are run, before an image is built."""

    install: list[list[str]] = Field(
        default_factory=list,
        description="commands that add what the tests need to the installed service",
    )
    command: list[str] = Field(
        default_factory=list, description="the arguments that run them; none where there are none"
    )


class Health(Part):
    """What healthy looks like, in figures, before anything is called unhealthy."""

    healthy: list[str] = Field(
        default_factory=list, description="sentences with figures: what healthy looks like"
    )
    liveness: str | None = Field(default=None, description="path that touches no dependency")
    readiness: str | None = Field(default=None, description="path that verifies dependencies")
    metrics: str | None = Field(default=None, description="path of the page that Prometheus reads")
    timeout_s: Seconds = Field(default=5, description="longest answer of a health route")
    startup_s: Seconds = Field(default=60, description="start until ready, at most")


class Reply(Part):
    """What a stand-in answers in a rehearsal, where a request fits every key that is given."""

    method: str | None = Field(default=None, description="GET, POST …")
    path: str | None = Field(default=None, description="path; * at its end stands for any rest")
    contains: str | None = Field(default=None, description="text that the request's body holds")
    status: int = Field(default=200, description="status of the answer", ge=100, le=599)
    json_body: str | None = Field(default=None, alias="json", description="body, as JSON text")
    after_s: Seconds | None = Field(default=None, description="how long it takes, in seconds")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Dependency(Part):
    """Something outside the process that it talks to."""

    name: str = Field(description="name, unique in the list")
    kind: str = Field(description="postgresql, redis, http, kafka …")
    critical: bool = Field(description="without it the service cannot do its work")
    when_down: str | None = Field(default=None, description="what users see when it fails")
    configured_by: list[str] = Field(
        default_factory=list, description="environment variables that hold its address"
    )
    replies: list[Reply] = Field(
        default_factory=list,
        description="what stands in for an http dependency answers; the first that fits, else {}",
    )


class Variable(Part):
    """A variable of the environment that the code reads."""

    name: str = Field(description="name of the variable")
    secret: bool = Field(default=False, description="its value must come from a secret store")
    required: bool = Field(default=False, description="the service does not start without it")
    default: str | None = Field(default=None, description="the code's own default")
    rehearsal: str | None = Field(
        default=None,
        description="value for rehearsals; {postgresql}, {redis}, {port}, {name} are filled in",
    )


class Migrations(Part):
    """How the schema changes."""

    tool: str | None = Field(default=None, description="alembic, django, flyway …")
    command: list[str] = Field(default_factory=list, description="brings the schema forward")


class Step(Part):
    """One request of a journey."""

    method: str = Field(description="GET, POST …")
    path: str = Field(description="path, with {name} for what an earlier answer gave")
    headers: dict[str, str] = Field(default_factory=dict, description="request headers")
    json_body: str | None = Field(default=None, alias="json", description="body, as JSON text")
    expects: int | None = Field(default=None, description="status expected", ge=100, le=599)
    down: list[str] = Field(
        default_factory=list, description="dependencies that are down while it is made"
    )
    answers: dict[str, int] = Field(
        default_factory=dict, description="statuses that http dependencies answer meanwhile"
    )

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Journey(Part):
    """What a user does with the service, as requests that a machine can play."""

    name: str = Field(description="name, unique in the list")
    critical: bool = Field(default=True, description="its failure is an incident")
    fails: bool = Field(default=False, description="the expected answer is an error")
    steps: list[Step] = Field(default_factory=list, description="requests in order")

    @property
    def presupposes(self) -> bool:
        """Whether something around the service must be other than well for it."""
        return any(step.down or step.answers for step in self.steps)


class Slo(Part):
    """A promise to users, with its budget."""

    name: str = Field(description="name, unique in the list")
    kind: Literal["availability", "latency", "error_rate"] = Field(description="what it measures")
    objective_percent: float = Field(
        gt=0, lt=100, description="share of good events; 100 leaves no budget"
    )
    threshold_s: Seconds | None = Field(default=None, description="latency: good is at most this")
    window_days: int = Field(ge=1, le=366, description="rolling window, in days")
    where: str | None = Field(default=None, description="route or journey; all where missing")
    policy: str | None = Field(default=None, description="what happens when the budget is spent")

    @property
    def budget_ratio(self) -> float:
        """Share of events that may be bad."""
        return round(1 - self.objective_percent / 100, 12)


class FailureMode(Part):
    """Something that will happen one night."""

    name: str = Field(description="name, unique in the list")
    cause: str | None = Field(default=None, description="what fails")
    effect: str | None = Field(default=None, description="what users see")


class Environment(Part):
    """A place where it runs."""

    name: str = Field(description="staging, production …")
    approval: bool = Field(default=False, description="a person approves each deploy")
    tasks_min: int = Field(default=2, ge=1, description="tasks that always run")
    tasks_max: int = Field(default=4, ge=1, description="tasks under the highest load")


class Target(Part):
    """Where it is deployed."""

    kind: Literal["ecs", "kubernetes", "host"] = Field(description="one of the three targets")
    region: str | None = Field(default=None, description="region, where the target has one")
    repository: str | None = Field(
        default=None, description="owner/name on GitHub, whose workflow alone may deploy"
    )
    public: bool = Field(default=False, description="the internet reaches it")
    cpu_units: int = Field(default=256, ge=256, description="CPU of one task, 1024 is one core")
    memory_mib: int = Field(default=512, ge=512, description="memory of one task, in MiB")
    log_retention_days: int = Field(default=30, ge=1, description="how long logs are kept")
    database_class: str = Field(default="db.t4g.small", description="size of a new database")
    cache_class: str = Field(default="cache.t4g.micro", description="size of a new cache")


class Paging(Part):
    """Who is woken."""

    provider: str | None = Field(default=None, description="pagerduty, opsgenie …")
    key_reference: str | None = Field(
        default=None, description="where the key is kept; never the key"
    )
    escalation_minutes: int = Field(default=15, ge=1, description="unanswered until the next")


class History(Part):
    """Recorded metrics, for backtests."""

    metrics: str | None = Field(default=None, description="file or URL of recorded series")
    incidents: str | None = Field(default=None, description="file of past incidents")


class OperationsSpec(Part):
    """The whole of `opsready.yaml`."""

    service: Service
    runtime: Runtime = Field(default_factory=Runtime)
    tests: OwnTests = Field(default_factory=OwnTests)
    health: Health = Field(default_factory=Health)
    dependencies: list[Dependency] = Field(default_factory=list)
    configuration: list[Variable] = Field(default_factory=list)
    migrations: Migrations = Field(default_factory=Migrations)
    journeys: list[Journey] = Field(default_factory=list)
    slos: list[Slo] = Field(default_factory=list)
    failure_modes: list[FailureMode] = Field(default_factory=list)
    environments: list[Environment] = Field(default_factory=list)
    target: Target | None = None
    paging: Paging = Field(default_factory=Paging)
    history: History = Field(default_factory=History)


LISTS_BY_NAME = (
    "dependencies",
    "configuration",
    "journeys",
    "slos",
    "failure_modes",
    "environments",
)
"""The sections that are lists; their items are told apart by `name`."""


@dataclass(frozen=True)
class Spec:
    """What was decided, and why: an origin for every value, by its dotted key."""

    operations: OperationsSpec
    origins: Mapping[Key, Origin] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()

    def origin(self, key: Key) -> Origin | None:
        """The origin of the value at a key, or of the nearest key above it."""
        while key and key not in self.origins:
            key = key.rpartition(".")[0]
        return self.origins.get(key)

    @property
    def assumptions(self) -> list[tuple[Key, Origin]]:
        """Every value that nobody stated and nothing showed. The bare name of a list item says
        nothing that its other values do not."""
        return [
            (key, origin)
            for key, origin in self.origins.items()
            if origin.basis is Basis.ASSUMED
            and not (key.endswith(".name") and key.partition(".")[0] in LISTS_BY_NAME)
        ]
