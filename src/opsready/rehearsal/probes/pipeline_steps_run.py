"""The steps of the pipeline, in their order, bring a release out and take a bad one back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.scripted_pipeline import ScriptedPipeline, scripted_pipeline

if TYPE_CHECKING:  # what they need is in the extra [rehearse]
    from opsready.rehearsal.four_releases import Pipeline, Run

_ROOT = "deploy/terraform/service/"
_STAND_INS = {
    "AWS": "moto",
    "tasks": "processes of the service",
    "minutes": "seconds",
    "digests": "made of the commit, but for those of `built`",
}
_SECTIONS = (
    *("service", "runtime", "tests", "health", "dependencies"),
    *("configuration", "migrations", "journeys", "environments"),
)
# What verify may leave of a release that serves; the second is said where nobody came.
_SERVES = {"good", "no_traffic"}
# These act on infrastructure: that it plans and applies here is another claim.
_INFRASTRUCTURE = {"plan", "apply"}


class _Fell(Exception):
    """The claim broke, for this reason."""


class _Untold(Exception):
    """It could not be tried to its end, for this reason."""


def run(rehearsal: Rehearsal) -> Outcome:
    """Four releases through all steps; the first that does not end as it must is the answer."""
    places = [environment.name for environment in rehearsal.spec.operations.environments]
    steps = scripted_pipeline(rehearsal.pack, places)
    if isinstance(steps, str):
        return not_run(steps)
    if not any(source.path.startswith(_ROOT) for source in rehearsal.pack.bundle.sources):
        return not_run(f"there is no {_ROOT} for the scripts to apply")
    return _staged(rehearsal, steps)


def _staged(rehearsal: Rehearsal, steps: ScriptedPipeline) -> Outcome:
    """On a stage of its own: the probes beside it break what stands behind the service."""
    from opsready.rehearsal.four_releases import Pipeline, users_journeys
    from opsready.rehearsal.stage.stage import Stage
    from opsready.rehearsal.stage.terraform import find_terraform

    journeys = users_journeys(rehearsal.spec.operations.journeys)
    if not journeys:
        return not_run("no journey is known that users of the releases could play")
    evidence: dict[str, Any] = {
        "workflow": steps.workflow,
        "environment": steps.environment,
        "steps": [step.name for step in (*steps.before, *steps.steps)],
        "stand_ins": _STAND_INS,
    }
    with Stage(rehearsal.spec, rehearsal.pack, rehearsal.stage.say) as stage:
        terraform = find_terraform(stage)
        evidence["terraform"] = terraform.version
        with Pipeline(stage, terraform, steps, journeys) as pipeline:
            try:
                for run in _releases(pipeline, evidence):
                    evidence.setdefault("releases", []).append(run.to_json())
            except _Fell as why:
                return broke(str(why), evidence)
            except _Untold as why:
                return not_run(str(why), evidence)
    return held(evidence)


def _releases(pipeline: "Pipeline", evidence: dict[str, Any]) -> Iterator["Run"]:
    """Each release as it ended, once it was found to have ended as it must."""
    from opsready.rehearsal.four_releases import FAILING, FIRST, SECOND

    pipeline.build_ahead(SECOND)
    first = pipeline.bring_out(FIRST)
    yield first
    _must_serve(first, pipeline)
    built = pipeline.built_ahead()
    evidence["built"] = {SECOND.name: built.image, **built.figures}
    evidence["not_tried"] = built.not_tried
    if built.fault:
        raise _Fell(f"{SECOND.name} cannot be built: {built.fault}")
    with pipeline.load() as load:
        second = pipeline.bring_out_built(SECOND)
        yield second
        _must_serve(second, pipeline)
        _must_migrate_before(second)
        good = pipeline.content_of_live()
        never = pipeline.bring_out(pipeline.never_ready(), renew=True)
        yield never
        _must_be_back(never, second, good, pipeline)
        _must_refuse_the_stale_plan(pipeline)
        failing = pipeline.bring_out(FAILING, renew=True)
        yield failing
        _must_be_back(failing, second, good, pipeline)
    evidence["requests_of_users"] = len(load.entries)
    evidence["brought_back"] = [container["image"] for container in good]
    if built.stopped_at:
        raise _Untold(built.stopped_at)


def _must_serve(run: "Run", pipeline: "Pipeline") -> None:
    """A good release: green, recorded, live."""
    if pipeline.fargate.fault:
        raise _Untold(f"{run.name}: {pipeline.fargate.fault}")
    if run.failed:
        last = next((name for name, code in run.codes if code != 0), "")
        kind = _Untold if last in _INFRASTRUCTURE and run.live == "" else _Fell
        raise kind(f"{run.name} is good, and the pipeline failed: {run.told}")
    if run.live != run.name or not pipeline.serves():
        raise _Fell(f"the pipeline was green for {run.name}, and users come to {_called(run.live)}")
    if run.verdict not in _SERVES:
        raise _Fell(f"{run.name} serves, and verify left the verdict {_called(run.verdict)}")
    if not run.recorded:
        raise _Fell(f"{run.name} left no record of its run")


def _must_migrate_before(run: "Run") -> None:
    happened = [what for what, _ in run.events]
    if "task ended" in happened and happened.index("task ended") > happened.index("rollout began"):
        raise _Fell("the migration ran after the shift: users came to a release without its schema")


def _must_be_back(
    run: "Run", before: "Run", good: list[dict[str, Any]], pipeline: "Pipeline"
) -> None:
    """A bad release: seen, taken back to all that made the one before, looked at, recorded."""
    name = f"a release: {run.name}"
    if run.code_of("verify") is None and not run.failed:
        raise _Fell(f"nothing looked at {name}")
    if not run.failed:
        raise _Fell(f"the pipeline was green for {name}")
    if run.code_of("rollback") is None:
        raise _Fell(f"nothing took back {name}: {run.told}")
    if run.code_of("rollback") != 0:
        raise _Fell(f"the rollback failed for {name}: {run.told}")
    if run.live != before.name or not pipeline.serves():
        raise _Fell(f"after the rollback users come to {_called(run.live)}, not to {before.name}")
    live = pipeline.content_of_live()
    if live != good:
        raise _Fell(f"the rollback did not bring back {_difference(good, live)}")
    if run.verdict not in _SERVES:
        raise _Fell("nothing looked whether the release that was brought back serves")
    if not run.recorded or run.result != "rolled_back":
        raise _Fell(f"the rollback is not in the record of the run, which says {run.result!r}")


def _must_refuse_the_stale_plan(pipeline: "Pipeline") -> None:
    """The plan of the release that was taken back, once more: the world has moved on from it."""
    live = pipeline.content_of_live()
    code = pipeline.apply_again()
    if code == 0 or pipeline.content_of_live() != live:
        raise _Fell("apply took a plan that the world had moved on from: it makes its own")


def _difference(good: list[dict[str, Any]], live: list[dict[str, Any]]) -> str:
    """Which parts of a release are not as they were."""
    names = {"image": "the image", "environment": "the configuration", "secrets": "the secrets"}
    pairs = list(zip(good, live, strict=False))
    parts = [text for key, text in names.items() if any(a[key] != b[key] for a, b in pairs)]
    return " and ".join(parts) or "the same containers"


def _called(name: str) -> str:
    return f"“{name}”" if name else "none"


PROBE = Probe(
    "pipeline_steps_run",
    "the pipeline's steps, run in their order, bring a release out and take a bad one back",
    ("*", "!*.md", "!*.rst", "!*.feature", "!docs/*"),
    _SECTIONS,
    run,
)
