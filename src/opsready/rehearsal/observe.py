"""Starts the service once, plays its journeys, and stores what it showed."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from opsready.documents.observed import PATH, observed_text
from opsready.evidence.store import BadEvidence, store_text
from opsready.facts.readers.observed import digest_of_code
from opsready.hats.pack import Pack
from opsready.rehearsal.stage.circumstances import arrange, restore
from opsready.rehearsal.stage.journeys import Played, play
from opsready.rehearsal.stage.metrics_page import MetricsPage, find_metrics_page
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart
from opsready.spec.spec import Spec

if TYPE_CHECKING:
    from opsready.rehearsal.stage.service import Service
    from opsready.rehearsal.stage.stage import Stage

_ANSWER_WITHIN_S = 30.0
# What is stored is read by people and compared in reviews: enough to tell a label's kind.
_VALUES_AT_MOST = 20
_METRICS_AT_MOST = 2000


@dataclass(frozen=True)
class Observation:
    """What was seen, by section of `observed.json`; `why` is empty where it was seen and stored."""

    seen: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


def observe(spec: Spec, pack: Pack, say: Callable[[str], None] = lambda _: None) -> Observation:
    """Starts the service with its dependencies, and stores what it showed at
    `.opsready/observed.json`; what an earlier start showed is kept where it does not start now.
    Raises nothing: `why` says what stood in the way."""
    try:
        with ExitStack() as cleared:
            stage = cleared.enter_context(_stage(spec, pack, say))
            seen = _seen(stage)
    except (CannotStage, DidNotStart) as failure:
        return Observation(why=str(failure))
    try:
        code = digest_of_code(pack.bundle)
        store_text(pack.bundle.root, PATH, observed_text(code, seen))
    except (BadEvidence, OSError) as error:
        return Observation(seen, f"what it showed cannot be stored: {error}")
    return Observation(seen)


def _stage(spec: Spec, pack: Pack, say: Callable[[str], None]) -> "Stage":
    try:
        from opsready.rehearsal.stage.stage import Stage
    except ModuleNotFoundError as missing:
        raise CannotStage(f"{missing.name} is missing: pip install 'opsready[rehearse]'") from None
    return Stage(spec, pack, say, watched=True)


def _seen(stage: "Stage") -> dict[str, Any]:
    """Every section, without the value of any secret."""
    service, health = stage.service(), stage.spec.health
    if health.readiness:
        service.await_good(health.readiness, health.timeout_s, health.startup_s)
    stage.say("playing the journeys")
    played = [
        p
        for journey in stage.spec.journeys
        for p in play(service, journey, _ANSWER_WITHIN_S, partial(arrange, stage))
    ]
    restore(stage)
    page = find_metrics_page(
        service, health.metrics, (health.readiness, health.liveness), health.timeout_s
    )
    seen = {
        "startup_s": round(service.startup_s, 3),
        "workers": [{"count": service.workers(), "processes": len(service.process.family())}],
        "health": _health(service, (health.readiness, health.liveness), health.timeout_s),
        "routes": _routes(played),
        "journeys": _journeys(played),
        "metrics_route": [{"path": page.path}] if page else [],
        "metrics": _metrics(page) if page else [],
        "dependencies": _dependencies(stage, service),
        "variables": [
            {"name": asked.name, "secret": asked.secret, "asked_at": f"{asked.path}:{asked.line}"}
            for asked in stage.asked_for()
        ],
        "tools": stage.tools(),
    }
    hidden: dict[str, Any] = stage.secrets.hidden_in_json(seen)
    return hidden


def _health(
    service: "Service", paths: Iterable[str | None], timeout_s: float
) -> list[dict[str, Any]]:
    found = []
    for path in paths:
        if path:
            answer = service.get(path, timeout_s)
            slow = round(answer.seconds, 3)
            found.append({"path": path, "status": answer.status, "seconds": slow})
    return found


def _routes(played: Iterable[Played]) -> list[dict[str, Any]]:
    """Each route as the journeys name it, with each status that it gave."""
    answered = [p for p in played if p.answer is not None and p.answer.status]
    routes = {
        (p.step.method, p.step.path.partition("?")[0], p.answer.status): p.answer.seconds
        for p in answered
        if p.answer is not None
    }
    return [
        {"method": method, "path": path, "status": status, "seconds": round(seconds, 3)}
        for (method, path, status), seconds in sorted(routes.items())
    ]


def _journeys(played: Iterable[Played]) -> list[dict[str, Any]]:
    by_name: dict[str, list[Played]] = {}
    for one in played:
        by_name.setdefault(one.journey, []).append(one)
    return [
        {
            "name": name,
            "as_expected": all(one.is_as_expected for one in steps),
            "answers": [str(one) for one in steps],
        }
        for name, steps in by_name.items()
    ]


def _metrics(page: MetricsPage) -> list[dict[str, Any]]:
    return [
        {
            "name": family.name,
            "type": family.type,
            "labels": list(family.labels),
            "values": {n: list(family.values(n)[:_VALUES_AT_MOST]) for n in family.labels},
            **({"buckets": list(family.buckets)} if family.buckets else {}),
        }
        for family in page.families[:_METRICS_AT_MOST]
    ]


def _dependencies(stage: "Stage", service: "Service") -> list[dict[str, Any]]:
    """Those to which the service holds a connection, or sent a request, now that it has worked."""
    used = service.connected_ports()
    return [
        {"kind": backing.kind, "name": backing.name}
        for backing in stage.backings.all
        if int(backing.address["port"]) in used or backing.was_asked
    ]
