"""The handbook of a deploy: what is where, how it goes, what is done once."""

from collections.abc import Iterator
from importlib import resources

from opsready.facts.fact import Facts
from opsready.hats.ecs import pipeline_is_ours
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact
from opsready.spec.spec import OperationsSpec, Spec

_MIGRATE = (
    "1. `migrate`: the schema, by a task of its own with the new image, before any user reaches it;"
    " a failure ends the run with nothing shifted.\n"
)
_PAGING = (
    ' The pager\'s key is kept as `{"routing_key": "…"}` in the one whose name ends with'
    " `-paging/routing-key`. Subscribe whoever is called to the topic `pages`, which tells that"
    " alerting itself is broken, and whoever reads tickets to `tickets`."
)
# An AWS region that the spec does not name is asked for where it is needed.
_ANY_REGION = "eu-central-1"


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """One page, where the infrastructure and the pipeline are written too."""
    operations = spec.operations
    if pipeline_is_ours(spec, facts):
        because = "whoever is new, or on call, finds the way without asking"
        yield Artifact("deploy/README.md", _page(operations), "ops-engineer", because)


def _page(operations: OperationsSpec) -> str:
    file = resources.files("opsready.hats.ops_engineer").joinpath("templates", "handbook.md")
    text = file.read_text(encoding="utf-8")
    names = [environment.name for environment in operations.environments]
    region = operations.target.region if operations.target else None
    for name, value in {
        "service": operations.service.name,
        "places": _listed(names),
        "first": names[0],
        "region": region or _ANY_REGION,
        "migrate_line": _MIGRATE if operations.migrations.command else "",
        "approvals": _approvals(operations),
        "paging": _PAGING if operations.health.metrics else "",
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _approvals(operations: OperationsSpec) -> str:
    held = [each.name for each in operations.environments if each.approval]
    if not held:
        return "No environment asks for an approval: name reviewers there to change that."
    return f"For {_listed(held)} name the reviewers whose approval a run needs."


PRODUCER = Producer("handbook", produce)
