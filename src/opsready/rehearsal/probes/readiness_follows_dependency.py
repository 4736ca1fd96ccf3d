"""Readiness falls when a critical dependency is gone, liveness does not, and both come back."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.probe import SERVICE_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.stage.answer import Answer
from opsready.spec.spec import Health

if TYPE_CHECKING:
    from opsready.rehearsal.stage.backing import Backing
    from opsready.rehearsal.stage.service import Service

# Issue 2 §5: not ready within 5 s of the dependency's end.
NOT_READY_WITHIN_S = 5.0
# A service reconnects with back-off; a minute is what an orchestrator's start period grants.
READY_AGAIN_WITHIN_S = 60.0
# Workers answer in turn: so many answers in a row, and all of them have had their say.
_IN_A_ROW_PER_WORKER = 5
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Drill:
    """One dependency taken away and given back; `figures` gathers what was seen."""

    service: "Service"
    backing: "Backing"
    health: Health
    readiness: str
    figures: dict[str, Any] = field(default_factory=dict)

    def broken_by(self) -> str:
        """What went wrong; empty when nothing did. The dependency is up again in any case."""
        self.figures.update(name=self.backing.name, kind=self.backing.kind)
        if self.service.await_good(self.readiness, self.health.timeout_s, self.health.startup_s):
            try:
                self.backing.stop()
                return self._while_down() or self._liveness() or self._when_back()
            finally:
                self.backing.start()
        return f"{self.readiness} was not good before anything was broken"

    def _while_down(self) -> str:
        stopped_at = time.monotonic()
        no = self._in_a_row(False, stopped_at + NOT_READY_WITHIN_S)
        self.figures["answers_while_down"] = sorted({answer.said for answer in no})
        if any(answer.is_good for answer in no):
            since = f"{NOT_READY_WITHIN_S:g} s after {self.backing.name} stopped"
            return f"{since}, {self.readiness} still said {no[-1].said}"
        self.figures["not_ready_after_s"] = round(no[0].ended_at - stopped_at, 3)
        return ""

    def _liveness(self) -> str:
        if not self.service.is_alive:
            return f"the service ended when {self.backing.name} stopped"
        if self.health.liveness is None:
            return ""
        answers = [
            self.service.get(self.health.liveness, self.health.timeout_s)
            for _ in range(_IN_A_ROW_PER_WORKER)
        ]
        said = sorted({answer.said for answer in answers})
        self.figures["liveness_while_down"] = said
        if all(answer.is_good for answer in answers):
            return ""
        return f"{self.health.liveness} said {', '.join(said)} while {self.backing.name} was down"

    def _when_back(self) -> str:
        self.backing.start()
        back_at = time.monotonic()
        yes = self._in_a_row(True, back_at + READY_AGAIN_WITHIN_S)
        if not all(answer.is_good for answer in yes):
            since = f"{READY_AGAIN_WITHIN_S:g} s after {self.backing.name} was back"
            return f"{since}, {self.readiness} still said {yes[-1].said}"
        self.figures["ready_again_after_s"] = round(yes[0].ended_at - back_at, 3)
        return ""

    def _in_a_row(self, good: bool, deadline: float) -> list[Answer]:
        """Enough answers of one sort in a row; else the last answer, which is of the other."""
        enough = _IN_A_ROW_PER_WORKER * max(self.service.workers(), 1)
        row: list[Answer] = []
        while len(row) < enough:
            answer = self.service.get(self.readiness, self.health.timeout_s)
            if answer.is_good is good:
                row.append(answer)
            elif answer.sent_at > deadline:
                return [answer]
            else:
                row = []
            time.sleep(_PAUSE_S)
        return row


def run(rehearsal: Rehearsal) -> Outcome:
    """Stops each critical dependency in turn."""
    spec, stage = rehearsal.spec.operations, rehearsal.stage
    critical = [dependency.name for dependency in spec.dependencies if dependency.critical]
    readiness = spec.health.readiness
    if readiness is None:
        return not_run("no readiness route is known: state health.readiness")
    if not critical:
        return not_run("the spec names no critical dependency")
    service = stage.service()
    drills = [
        Drill(service, backing, spec.health, readiness)
        for backing in stage.backings.all
        if backing.name in critical
    ]
    evidence = {"readiness": readiness, "dependencies": [drill.figures for drill in drills]}
    for drill in drills:
        stage.say(f"stopping {drill.backing.name}")
        fault = drill.broken_by()
        if fault:
            return broke(fault, evidence)
    if spec.health.liveness is None:
        why = "readiness follows, but no liveness route is known that should stay up meanwhile"
        return not_run(f"{why}: state health.liveness", evidence)
    return held(evidence)


PROBE = Probe(
    "readiness_follows_dependency",
    "without a critical dependency the service is alive and not ready, and with it ready again",
    SERVICE_FILES,
    ("runtime", "health", "dependencies", "configuration"),
    run,
)
