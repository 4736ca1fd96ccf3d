"""A pipeline that logs in to a machine and changes it by hand, command by command."""

from collections.abc import Iterator

from opsready.documents.tool import Does
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a step, or a job's script, at its first such command."""
    seen: set[tuple[str, int]] = set()
    for path in case.automation.paths:
        for act in path.deploys:
            if act.effect.tool != "ssh" or act.effect.is_a(Does.ROLLS_BACK):
                continue
            place = _step(act)
            if place not in seen:
                seen.add(place)
                yield _finding(act)


def _step(act: Act) -> tuple[str, int]:
    step = act.step
    return (act.effect.path, step.line) if step is not None else (act.effect.path, 0)


def _finding(act: Act) -> Finding:
    effect = act.effect
    over = "over ssh" if effect.command is not None and effect.command.host else "to a machine"
    return Finding(
        effect.path,
        effect.line,
        f"`{effect.name}` {over} changes a machine by hand: stopped half-way, it leaves a state"
        " that nothing records and nothing can return to",
        "Let one command hand a whole release to an engine that switches over only when it is"
        " healthy, and remembers the one before (an orchestrator, or `opsready release deploy`).",
    )


CHECK = Check(
    id="imperative-deploy-over-ssh",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a pipeline changes machines command by command",
    find=find,
)
