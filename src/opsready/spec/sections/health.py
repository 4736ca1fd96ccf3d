"""What healthy looks like, and the routes that say so."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows, said

_LIVENESS = ("live", "lbheartbeat", "alive", "ping")
_READINESS = ("ready", "__heartbeat__", "health/db")


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Readiness is the route that verifies dependencies; liveness the one that touches none."""
    routes = [f for f in facts.of(Claim.HEALTH_ROUTE) if f["path"]]
    covering = sorted(routes, key=lambda f: (-len(f["covers"] or ()), -_named(f, _READINESS)))
    bare = [f for f in routes if not f["covers"]]
    readiness = covering[0] if covering else None
    liveness = min(bare, key=lambda f: (-_named(f, _LIVENESS), len(f["path"])), default=None)
    if readiness is not None:
        yield _route("readiness", readiness)
    if liveness is not None and (readiness is None or liveness["path"] != readiness["path"]):
        yield _route("liveness", liveness)
    metrics = facts.first(Claim.METRICS_ROUTE)
    if metrics is not None:
        path = str(metrics["path"] or metrics.value)
        yield follows(("health", "metrics"), path, metrics, metrics.quote)
    yield from _healthy(facts)


def _named(fact: Fact, names: tuple[str, ...]) -> int:
    return any(name in fact["path"].lower() for name in names)


def _route(key: str, fact: Fact) -> Suggestion:
    covers = ", ".join(fact["covers"] or ())
    why = f"verifies {covers}" if covers else "touches no dependency that the code shows"
    return follows(("health", key), fact["path"], fact, f"{fact.quote}: {why}")


def _healthy(facts: Facts) -> Iterator[Suggestion]:
    """What a start showed in figures comes first, then what documents promise."""
    seen = [
        (f"{f['path']} answers {f['status']} in {f['seconds']} s", f)
        for f in facts.of(Claim.HEALTHY)
    ]
    sentences = seen + [(sentence(f), f) for f in facts.of(Claim.OBJECTIVE)]
    if sentences:
        texts = list(dict.fromkeys(text for text, _ in sentences))
        yield said(("health", "healthy"), texts, sentences[0][1])


def sentence(fact: Fact) -> str:
    """An objective as a sentence with its figure."""
    where = f" of {fact['where']}" if fact["where"] else ""
    told = str(fact["window"] or "")
    window = "" if not told else f" {told}" if told.endswith("ly") else f" over {told}"
    return f"{str(fact['kind']).replace('_', ' ')}{where}: {fact['target']}{window}"
