"""What can be shown of pipelines, images, rollbacks and migrations."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of

_SHIPPED = any_of("deployment release pipeline apply infrastructure production trigger")
_STEPS = any_of("plan apply validate saved_plan no_change")
_AROUND = any_of("run require cover trigger staging production service team automatic exist")


def _planned_late(clause: Clause) -> bool:
    """ "apply runs before plan"."""
    plan = any_of("plan")
    return clause.orders("before", plan) and not clause.orders("before", any_of("apply"))


def _approved_late(clause: Clause) -> bool:
    """ "approval after apply", "apply before approval"; but "nothing is applied until approved"
    denies nothing."""
    approval = any_of("approval")
    late = clause.orders("before", approval) or clause.orders("after", _SHIPPED - approval)
    return late or (_waits(clause) and clause.conditioned_on(approval))


def _waits(clause: Clause) -> bool:
    """ "nothing … until …" says what comes first, and denies nothing."""
    return clause.negated and clause.joined_by in {"until", "unless"}


MEANINGS = (
    Meaning(
        "infrastructure-is-planned",
        (
            "config-never-tested",
            "apply-without-plan",
            "terraform_plans_and_applies",
            "pipeline_steps_run",
        ),
        (any_of("pipeline infrastructure trigger"), _STEPS),
        mandate="OPS-5",
        reads=_AROUND | any_of("pipeline infrastructure verify previous fail works_check"),
        unless=any_of("approval application_code"),
        turned=_planned_late,
    ),
    Meaning(
        "apply-is-approved",
        ("deploy-without-environment",),
        (_SHIPPED, any_of("approval")),
        mandate="OPS-1",
        reads=_AROUND | _STEPS | any_of("manual_step pipeline"),
        turned=_approved_late,
    ),
    Meaning(
        "nobody-deploys-by-hand",
        (
            "manual-deploy-step",
            "imperative-deploy-over-ssh",
            "pipeline_steps_run",
        ),
        (
            any_of("deployment pipeline release rollback infrastructure trigger migration apply"),
            any_of("manual_step"),
        ),
        mandate="OPS-1",
        reads=_AROUND | any_of("step_by_step on_call exist command previous"),
        unless=any_of("approval runbook"),
        is_fault=True,
    ),
    Meaning(
        "a-change-deploys-itself",
        (
            "manual-deploy-step",
            "deploy-unaudited",
            "pipeline_steps_run",
        ),
        (any_of("trigger"), any_of("deployment")),
        mandate="OPS-1",
        reads=_AROUND | any_of("pipeline automatic"),
        unless=any_of("approval manual_step"),
        turned=_waits,
    ),
    Meaning(
        "pipeline-runs-a-command",
        (
            "no-pipeline",
            "pipeline_steps_run",
        ),
        (any_of("pipeline deployment trigger"), any_of("run test lint unit_test coverage")),
        mandate="OPS-5",
        reads=_AROUND | any_of("pass_tests stay_up build image fail"),
        unless=_STEPS | any_of("approval manual_step rollback alert runbook health_check"),
        turned=_waits,
        needs=(Need("command that it runs", lambda clause: bool(clause.code) or _tests(clause)),),
    ),
    Meaning(
        "deploy-is-verified",
        (
            "deploy-without-verification",
            "pipeline_steps_run",
        ),
        (
            any_of("deployment release pipeline throughput"),
            any_of("verification readiness health_check"),
        ),
        mandate="OPS-4",
        reads=_AROUND | any_of("pass_tests stay_up fail verify respond ready endpoint"),
        unless=any_of("rollback previous respond alert"),
    ),
    Meaning(
        "failure-stops-the-deploy",
        ("pipeline_steps_run",),
        (any_of("deployment pipeline release"), any_of("shutdown refuses"), any_of("fail")),
        mandate="OPS-4",
        reads=_AROUND | _STEPS | any_of("migration test verification unit_test lint image"),
        unless=any_of("rollback alert approval manual_step"),
        turned=lambda clause: clause.names(any_of("refuses")),
    ),
    Meaning(
        "deploy-leaves-a-record",
        (
            "deploy-unaudited",
            "pipeline_steps_run",
        ),
        (any_of("deployment release pipeline apply"), any_of("audit")),
        mandate="OPS-1",
        reads=_AROUND | any_of("document"),
    ),
    Meaning(
        "rollback-restores-the-previous",
        (
            "no-rollback",
            "rollback-unverified",
            "rollback-cannot-fail",
            "pipeline_steps_run",
        ),
        (
            any_of("rollback restore"),
            any_of("previous fail verification readiness health_check command ready")
            | any_of("error_rate latency"),
        ),
        mandate="OPS-3",
        reads=_AROUND
        | any_of("deployment release pipeline backup image ready rollback restore exceed last")
        | any_of("step_by_step"),
        unless=any_of("manual_step schema runbook"),
    ),
    Meaning(
        "one-deploy-at-a-time",
        (
            "overlapping-deploys",
            "terraform_plans_and_applies",
        ),
        (any_of("infrastructure deployment apply plan pipeline release"), any_of("lock")),
        mandate="OPS-3",
        reads=_AROUND,
        names=True,
        turned=lambda clause: clause.negated and clause.knows(any_of("refuses")),
    ),
    Meaning(
        "schema-changes-before-the-shift",
        (
            "migration-in-start-command",
            "pipeline_steps_run",
        ),
        (any_of("migration"), any_of("deployment release traffic_shift startup throughput")),
        mandate="OPS-3",
        reads=_AROUND | any_of("schema request ready previous"),
        unless=any_of("compatible previous approval manual_step"),
        only_if=lambda clause: clause.orders("before", any_of("deployment release traffic_shift")),
        names=True,
    ),
    Meaning(
        "old-release-runs-on-new-schema",
        ("old_release_on_new_schema",),
        (any_of("migration schema"), any_of("compatible previous")),
        mandate="OPS-3",
        reads=any_of("stay_up run deployment release after database exist work praise"),
    ),
    Meaning(
        "image-builds",
        (
            "image-never-built",
            "image_builds",
        ),
        (any_of("image container pipeline"), any_of("build")),
        mandate="OPS-5",
        reads=_AROUND | any_of("pipeline pass_tests stay_up"),
        with_concept=(("pipeline", "pipeline_steps_run"),),
    ),
    Meaning(
        "image-runs-unprivileged",
        ("image_builds",),
        (any_of("image container service"), any_of("non_root read_only_root")),
        mandate="OPS-5",
        reads=_AROUND | any_of("build"),
    ),
    Meaning(
        "image-runs-as-root",
        ("image_builds",),
        (any_of("image container service"), any_of("root_user")),
        mandate="OPS-5",
        reads=_AROUND,
        is_fault=True,
    ),
    Meaning(
        "image-is-pinned",
        ("unpinned-image",),
        (any_of("image container"), any_of("image_pin")),
        mandate="OPS-5",
        reads=_AROUND | any_of("release"),
        names=True,
    ),
    Meaning(
        "image-tag-moves",
        ("unpinned-image",),
        (any_of("image container"), any_of("latest_tag")),
        mandate="OPS-5",
        reads=_AROUND | any_of("image_pin"),
        is_fault=True,
        names=True,
    ),
)


def _tests(clause: Clause) -> bool:
    return clause.names(any_of("test lint unit_test coverage")) and clause.names(
        any_of("run pass_tests")
    )
