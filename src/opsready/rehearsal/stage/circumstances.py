"""Brings about what a step of a journey presupposes: parts that are down, or answer a status."""

from typing import TYPE_CHECKING

from opsready.spec.spec import Step

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage


def arrange(stage: "Stage", step: Step) -> str:
    """Stops what must be down, starts the rest, and tells stand-ins what to answer. Returns why
    that cannot be done, empty where it was."""
    known = {backing.name: backing for backing in stage.backings.all}
    strange = sorted({*step.down, *step.answers} - known.keys())
    if strange:
        return f"nothing on this machine stands in for {', '.join(strange)}"
    _start_all_but(stage, set(step.down))
    for backing in known.values():
        status = step.answers.get(backing.name)
        if not backing.answer_all_with(status) and status is not None:
            return f"{backing.name} cannot be told what to answer"
    return ""


def restore(stage: "Stage") -> None:
    """Everything is up again, and the service ready where it says so."""
    _start_all_but(stage, set())
    for backing in stage.backings.all:
        backing.answer_all_with(None)


def _start_all_but(stage: "Stage", down: set[str]) -> None:
    returned = False
    for backing in stage.backings.all:
        if backing.name in down and backing.is_up:
            backing.stop()
        elif backing.name not in down and not backing.is_up:
            backing.start()
            returned = True
    health = stage.spec.health
    if returned and health.readiness and not down:
        stage.service().await_good(health.readiness, health.timeout_s, health.startup_s)
