"""SIGTERM under load: every request that was accepted is answered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from opsready.rehearsal.probe import SERVICE_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.stage.answer import Fate
from opsready.rehearsal.stage.load import CLIENTS, Entry, Load
from opsready.spec.spec import Health, Journey, Step

# Enough that every worker has connections of its own, and that the first slow requests are over.
_REQUESTS_BEFORE = 200
_LOAD_WITHIN_S = 30.0
_ANSWER_WITHIN_S = 30.0
# The kernel completes connections that no process has taken yet, and resets those that wait when
# the listening socket closes. A server can only take them all and then close, with an instant
# between the two. What is connected this shortly before the first refusal is counted apart.
RACE_S = 0.05
# A server that is stopping may turn a request away with 503 (RFC 9110 §15.6.4); what else begins
# with 5 is an answer that the stop has spoilt, where none was before.
_TURNED_AWAY = 503


@dataclass(frozen=True)
class Watched:
    """Every request of the load, and the moment of the signal."""

    entries: Sequence[Entry]
    signalled_at: float

    @property
    def closed_at(self) -> float:
        """When a connection was first refused; never, where none was."""
        refused = [e.answer.ended_at for e in self.entries if e.answer.fate is Fate.REFUSED]
        return min((at for at in refused if at >= self.signalled_at), default=float("inf"))

    @property
    def under_way(self) -> int:
        """Requests that were sent and not yet answered when the signal came."""
        at = self.signalled_at
        return sum(e.answer.sent_at < at < e.answer.ended_at for e in self.entries)

    @property
    def before(self) -> list[Entry]:
        """What had come to an end when the signal came."""
        return [e for e in self.entries if e.answer.ended_at <= self.signalled_at]

    @property
    def raced(self) -> list[Entry]:
        """Sent after the signal, and reset in the instant in which the listening socket closed."""
        return [e for e in self._unanswered if self._is_race(e)]

    @property
    def lost(self) -> list[Entry]:
        """The connection stood, the request was sent, and no whole answer came."""
        return [e for e in self._unanswered if not self._is_race(e)]

    @property
    def spoilt(self) -> list[Entry]:
        """Answered with an error of the server after the signal, where none was before."""
        if any(e.answer.status >= 500 for e in self.before):
            return []
        return [
            e
            for e in self.entries
            if e.answer.ended_at > self.signalled_at
            and e.answer.status >= 500
            and e.answer.status != _TURNED_AWAY
        ]

    @property
    def _unanswered(self) -> list[Entry]:
        unanswered = {Fate.LOST, Fate.LATE}
        return [
            e
            for e in self.entries
            if e.answer.fate in unanswered and e.answer.ended_at > self.signalled_at
        ]

    def _is_race(self, entry: Entry) -> bool:
        after = entry.answer.sent_at > self.signalled_at
        near = self.closed_at - RACE_S <= entry.answer.sent_at
        return after and near and entry.answer.fate is Fate.LOST

    def to_json(self) -> dict[str, Any]:
        """Figures for the evidence."""
        fates = Counter(str(e.answer.fate) for e in self.entries)
        statuses = Counter(e.answer.said for e in self.entries if e.answer.status)
        return {
            "clients": CLIENTS,
            "requests": len(self.entries),
            "under_way_at_sigterm": self.under_way,
            "fates": dict(sorted(fates.items())),
            "statuses": dict(sorted(statuses.items())),
            "lost": len(self.lost),
            "spoilt": len(self.spoilt),
            "reset_while_the_socket_closed": len(self.raced),
        }


def run(rehearsal: Rehearsal) -> Outcome:
    """Load, SIGTERM, and an account of every request."""
    stage, spec = rehearsal.stage, rehearsal.spec.operations
    journeys = _journeys(spec.journeys, spec.health)
    if not journeys:
        return not_run("no journey and no health route is known that could be the load")
    service = stage.service()
    if spec.health.readiness:
        service.await_good(spec.health.readiness, spec.health.timeout_s, spec.health.startup_s)
    stage.say(f"load from {CLIENTS} clients, then SIGTERM")
    with Load(service, journeys, _ANSWER_WITHIN_S) as load:
        if not load.await_entries(_REQUESTS_BEFORE, _LOAD_WITHIN_S):
            return not_run(f"{len(load.entries)} answers in {_LOAD_WITHIN_S:g} s are no load")
        signalled_at = monotonic()
        service.terminate()
        code = service.process.wait(spec.runtime.stop_timeout_s)
        ended_at = monotonic()
        # The end of its first process is the end of a container, and of all that is in it.
        stage.stop_service()
    watched = Watched(load.entries, signalled_at)
    evidence = watched.to_json() | {
        "journeys": [journey.name for journey in journeys],
        "exit_code": code,
        "ended_after_s": round(ended_at - signalled_at, 3),
    }
    return _judged(watched, code, spec.runtime.stop_timeout_s, evidence)


def _judged(
    watched: Watched, code: int | None, stop_timeout_s: float, evidence: dict[str, Any]
) -> Outcome:
    if not any(e.answer.is_good for e in watched.before):
        return not_run("no request succeeded even before SIGTERM: that is no load", evidence)
    if code is None:
        return broke(f"still running {stop_timeout_s:g} s after SIGTERM: it is killed", evidence)
    if watched.lost:
        return broke(f"{_named(watched.lost)} accepted and never answered", evidence)
    if watched.spoilt:
        return broke(f"{_named(watched.spoilt)} answered with an error by the stop", evidence)
    if not watched.under_way:
        return not_run("no request was under way when SIGTERM came", evidence)
    return held(evidence)


def _named(entries: Sequence[Entry]) -> str:
    kinds = Counter(entry.request for entry in entries)
    which = ", ".join(f"{count} {request}" for request, count in kinds.most_common(3))
    return f"{len(entries)} requests ({which})"


def _journeys(known: Sequence[Journey], health: Health) -> list[Journey]:
    """What users do, without what should fail; where nothing is known, the health routes."""
    played = [
        journey for journey in known if journey.steps and not (journey.fails or journey.presupposes)
    ]
    if played:
        return played
    paths = [path for path in (health.readiness, health.liveness) if path]
    return [Journey(name=path, steps=[Step(method="GET", path=path)]) for path in paths]


PROBE = Probe(
    "sigterm_loses_nothing",
    "stopped under load, the service answers every request that it accepted",
    SERVICE_FILES,
    ("runtime", "health", "dependencies", "configuration", "journeys"),
    run,
)
