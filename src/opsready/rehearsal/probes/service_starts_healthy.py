"""The service starts as in production, and says that it is ready."""

import time
from dataclasses import dataclass
from typing import Any

from opsready.rehearsal.probe import SERVICE_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.stage.trouble import DidNotStart

# One answer may be quick by luck: as many are asked for as two load balancers ask in half a minute.
_ASKED = 10
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Asked:
    """What one route said, asked several times."""

    path: str
    said: tuple[str, ...]
    slowest_s: float
    all_good: bool

    def to_json(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "path": self.path,
            "answers": {word: self.said.count(word) for word in sorted(set(self.said))},
            "slowest_s": round(self.slowest_s, 3),
        }


def run(rehearsal: Rehearsal) -> Outcome:
    """Starts the service and asks its health routes."""
    stage, health = rehearsal.stage, rehearsal.spec.operations.health
    try:
        service = stage.service()
    except DidNotStart as failure:
        return broke(f"it did not start: {failure}")
    evidence: dict[str, Any] = {"listened_after_s": round(service.startup_s, 3)}
    if stage.backings.left_out:
        evidence["not_behind_it"] = list(stage.backings.left_out)
    if health.readiness is None:
        return not_run("no readiness route is known: state health.readiness", evidence)
    left_s = max(health.startup_s - service.startup_s, 1.0)
    ready = service.await_good(health.readiness, health.timeout_s, left_s)
    if ready is None:
        said = service.get(health.readiness, health.timeout_s).said
        words = service.last_words(stage.secrets)
        why = f"{health.readiness} was not good within {health.startup_s:g} s, at last: {said}"
        return broke(f"{why}; {words}", evidence)
    evidence["ready_after_s"] = round(ready.ended_at - service.process.started_at, 3)
    return _judged(rehearsal, evidence)


def _judged(rehearsal: Rehearsal, evidence: dict[str, Any]) -> Outcome:
    health = rehearsal.spec.operations.health
    paths = {"readiness": health.readiness, "liveness": health.liveness}
    asked = {name: _asked(rehearsal, path) for name, path in paths.items() if path}
    evidence |= {name: answers.to_json() for name, answers in asked.items()}
    evidence["workers"] = _workers(rehearsal)
    evidence["processes"] = len(rehearsal.stage.service().process.family())
    for answers in asked.values():
        if not answers.all_good:
            said = ", ".join(sorted(set(answers.said)))
            return broke(f"{answers.path} did not always say yes: {said}", evidence)
        if answers.slowest_s > health.timeout_s:
            slow = f"{answers.slowest_s:.1f} s, more than {health.timeout_s:g} s"
            return broke(f"{answers.path} took {slow}", evidence)
    wanted, seen = evidence["workers"]["in_production"], evidence["workers"]["seen"]
    if seen < wanted:
        why = f"production has {wanted} workers, and {seen} accept requests here"
        return broke(why, evidence)
    return held(evidence)


def _asked(rehearsal: Rehearsal, path: str) -> Asked:
    service, timeout_s = rehearsal.stage.service(), rehearsal.spec.operations.health.timeout_s
    answers = [service.get(path, timeout_s * 2) for _ in range(_ASKED)]
    return Asked(
        path,
        tuple(answer.said for answer in answers),
        max(answer.seconds for answer in answers),
        all(answer.is_good for answer in answers),
    )


def _workers(rehearsal: Rehearsal) -> dict[str, int]:
    """The last worker may come up a moment after the first one answers."""
    spec, service = rehearsal.spec.operations, rehearsal.stage.service()
    deadline = service.process.started_at + spec.health.startup_s
    while (seen := service.workers()) < spec.runtime.workers and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
    return {"in_production": spec.runtime.workers, "seen": seen}


PROBE = Probe(
    "service_starts_healthy",
    "the service starts with its dependencies and as many workers as in production, and is ready",
    SERVICE_FILES,
    ("runtime", "health", "dependencies", "configuration"),
    run,
)
