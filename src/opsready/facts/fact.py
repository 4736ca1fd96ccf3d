"""A fact: a claim with the place that says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from opsready.sources.source import Unread
from opsready.sources.units import StageInputs, Unit


class Claim(StrEnum):
    """What a fact is about; spelled as DESIGN §4 fixes it, for the JSON too."""

    LANGUAGE = "language"
    FRAMEWORK = "framework"
    START_COMMAND = "start_command"
    PORT = "port"
    ROUTE = "route"
    HEALTH_ROUTE = "health_route"
    METRICS_ROUTE = "metrics_route"
    METRIC = "metric"
    DEPENDENCY = "dependency"
    ENV_VAR = "env_var"
    GRACEFUL_SHUTDOWN = "graceful_shutdown"
    STRUCTURED_LOGS = "structured_logs"
    JOURNEY = "journey"
    OBJECTIVE = "objective"
    TRAFFIC = "traffic"
    COMPONENT = "component"
    CRITERION = "criterion"
    CONTAINER_USER = "container_user"
    IMAGE_BASE = "image_base"
    WORKFLOW = "workflow"
    DEPLOYS_WITH = "deploys_with"
    OWNER = "owner"
    PAGING = "paging"
    WORKERS = "workers"
    MIGRATIONS = "migrations"
    SERVICE_NAME = "service_name"
    CONSTRAINT = "constraint"
    ENVIRONMENT = "environment"
    MANIFEST = "manifest"
    # How the tree's own tests are run: {runner, extras, groups, requirements: what installs it}.
    TESTS = "tests"
    HEALTHY = "healthy"
    BUDGET_POLICY = "budget_policy"
    # An alerting rule that the tree has: {name}.
    ALERT = "alert"
    # A place where code makes more routes, metrics or variables when it runs: {claim, known, why}.
    AT_RUN_TIME = "at_run_time"


class Confidence(StrEnum):
    """How a claim came to be known: said, concluded from what is said, or seen at run time."""

    STATED = "stated"
    DERIVED = "derived"
    OBSERVED = "observed"


@dataclass(frozen=True)
class Fact:
    """A claim, the line that says it, and how sure that makes us.

    `value` is a string, a number or a mapping with the keys that DESIGN §4 names for the claim;
    more keys may follow them. `line` counts from 1; `quote` is that line, stripped.
    """

    claim: Claim
    value: Any
    path: str
    line: int
    quote: str
    confidence: Confidence = Confidence.STATED

    def __getitem__(self, key: str) -> Any:
        """A key of a mapping value; None where it is missing."""
        return self.value.get(key) if isinstance(self.value, Mapping) else None

    @property
    def is_prose(self) -> bool:
        """Whether a document for people says it, or a specification of behaviour."""
        return self.path.endswith((".md", ".markdown", ".rst", ".feature"))


@dataclass(frozen=True)
class Facts:
    """All facts of one tree, in the order of path and line within each claim."""

    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...] = ()
    inputs: StageInputs = field(default_factory=StageInputs)

    def of(self, *claims: Claim) -> list[Fact]:
        """The facts about these claims."""
        return [fact for fact in self.facts if fact.claim in claims]

    def first(self, claim: Claim) -> Fact | None:
        """The surest fact about a claim: observed before stated before derived, and one without a
        line to show only where there is no other."""
        order = [Confidence.OBSERVED, Confidence.STATED, Confidence.DERIVED]
        known = self.of(claim)
        return min(known, key=lambda f: (order.index(f.confidence), f.line == 0), default=None)

    def made_at_run_time(self, claim: Claim) -> list[Fact]:
        """The places where a running service makes more of what a claim is about than its text
        shows: while there is one and nothing was observed, the list of that claim is not whole."""
        return [fact for fact in self.of(Claim.AT_RUN_TIME) if fact["claim"] == claim]

    @property
    def routes_served(self) -> list[Fact]:
        """The routes that code declares or a start showed; documents only speak of theirs."""
        return [f for f in self.of(Claim.ROUTE) if f.path.endswith((".py", "observed.json"))]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def seen_by(self, units: Sequence[Unit]) -> "Facts":
        """What a hat may read: where the units of its stage name inputs or references, prose and
        behaviour come from those alone; code, configuration and what was observed are always in
        sight."""
        own = [unit for unit in units if unit.is_for_operations]
        read = {path for unit in own for path in (*unit.reads, unit.path)}
        if not any(unit.inputs or unit.references for unit in own):
            return self
        return replace(self, facts=tuple(f for f in self if f.path in read or not f.is_prose))
