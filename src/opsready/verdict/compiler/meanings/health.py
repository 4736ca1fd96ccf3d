"""What can be shown of health routes, of the start and of the stop."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of
from opsready.verdict.compiler.quantity import Unit

_ROUTES = any_of("health_check readiness liveness")
_BACKENDS = any_of("database cache queue dependency")
_STOPPING = any_of(
    "service container request drain in_flight graceful run connectivity shutdown exist under_load"
    " throughput"
)
_BOUND = Need("bound in seconds", lambda clause: bool(clause.quantities(Unit.SECONDS)))
_ANSWER = Need(
    "bound in seconds and no status",
    lambda clause: bool(clause.quantities(Unit.SECONDS)) or clause.names(any_of("status_ok")),
)


def _is_slow(clause: Clause) -> bool:
    """ "takes longer than 5 seconds"; but "times out after 5 seconds" is a bound."""
    if clause.names(any_of("timeout")):
        return False
    return any(q.direction == "at_least" for q in clause.quantities(Unit.SECONDS)) or (
        bool(clause.quantities(Unit.SECONDS))
        and any(t.function == "after" for t in clause.terms)
        and not clause.names(any_of("startup down"))
    )


def _stays_up_without(clause: Clause) -> bool:
    """ "readiness stays green while the database is down"."""
    return (
        clause.names(any_of("stay_up status_ok"))
        and clause.names(any_of("down"))
        and not clause.names(any_of("verify"))
    )


MEANINGS = (
    Meaning(
        "health-answers-in-time",
        (
            "no-health-check",
            "health-check-unbounded",
            "service_starts_healthy",
        ),
        (_ROUTES, any_of("respond timeout status_ok run health_check readiness liveness")),
        mandate="OPS-4",
        reads=any_of("endpoint request service require exist"),
        unless=_BACKENDS | any_of("alert rollback deployment separate fail down connectivity"),
        needs=(_ANSWER,),
        turned=_is_slow,
    ),
    Meaning(
        "readiness-follows-dependency",
        (
            "liveness-equals-readiness",
            "readiness_follows_dependency",
        ),
        (any_of("health_check readiness"), _BACKENDS | any_of("connectivity recover")),
        mandate="OPS-4",
        reads=any_of(
            "verify fail down connectivity recover status_ok restart cover respond endpoint"
            " require exist service request"
        ),
        unless=any_of("alert liveness"),
        turned=_stays_up_without,
        names=True,
    ),
    Meaning(
        "liveness-stands-apart",
        (
            "liveness-equals-readiness",
            "readiness_follows_dependency",
        ),
        (any_of("liveness"), any_of("readiness separate")),
        mandate="OPS-4",
        reads=any_of("separate endpoint exist run"),
        unless=any_of("same"),
    ),
    Meaning(
        "liveness-is-about-the-process",
        (
            "liveness-equals-readiness",
            "readiness_follows_dependency",
        ),
        (any_of("liveness"), any_of("fail down")),
        mandate="OPS-4",
        reads=any_of("service endpoint"),
        unless=_BACKENDS,
        only_if=lambda clause: any(term.text.lower() == "only" for term in clause.terms),
    ),
    Meaning(
        "liveness-outlives-dependency",
        (
            "liveness-equals-readiness",
            "readiness_follows_dependency",
        ),
        (any_of("liveness"), _BACKENDS, any_of("stay_up")),
        mandate="OPS-4",
        reads=any_of("down connectivity readiness fail"),
    ),
    Meaning(
        "liveness-follows-dependency",
        (
            "liveness-equals-readiness",
            "readiness_follows_dependency",
        ),
        (any_of("liveness"), _BACKENDS | any_of("dependency")),
        mandate="OPS-4",
        reads=any_of("verify fail down connectivity require endpoint"),
        unless=any_of("stay_up separate"),
        is_fault=True,
    ),
    Meaning(
        "service-becomes-ready-in-time",
        ("service_starts_healthy",),
        (any_of("startup ready"), any_of("startup ready")),
        mandate="OPS-4",
        reads=any_of("service run respond health_check readiness deployment"),
        unless=any_of("shutdown rollback alert migration") | _BACKENDS,
        needs=(_BOUND,),
        turned=lambda clause: any(
            q.direction == "at_least" for q in clause.quantities(Unit.SECONDS)
        ),
    ),
    Meaning(
        "stops-gracefully",
        ("sigterm_loses_nothing",),
        (any_of("shutdown"), any_of("graceful drain in_flight")),
        reads=_STOPPING,
        unless=any_of("lose"),
    ),
    Meaning(
        "stop-loses-requests",
        ("sigterm_loses_nothing",),
        (any_of("shutdown in_flight"), any_of("lose")),
        reads=_STOPPING,
        is_fault=True,
    ),
)
