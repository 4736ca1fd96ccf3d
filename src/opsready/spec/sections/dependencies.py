"""What the service talks to, and what becomes of users when it does not answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.spec.defaults import CRITICAL_KINDS
from opsready.spec.draft import Suggestion, assumed, follows, said

PROSE = (".md", ".rst", ".txt", ".feature")


@dataclass(frozen=True)
class KnownDependency:
    """One dependency and every fact that speaks of it, code first."""

    kind: str
    name: str
    facts: tuple[Fact, ...]

    @property
    def prose(self) -> list[Fact]:
        """What documents say of it; a row that weighs it comes before one that only mentions it."""
        found = [fact for fact in self.facts if fact.path.endswith(PROSE)]
        return sorted(found, key=lambda fact: not isinstance(fact["critical"], bool))


def known_dependencies(facts: Facts) -> list[KnownDependency]:
    """By kind; those of kind http by name too, since a service may call several.

    Where code was read, prose alone does not make a dependency: a document that names what no
    code opens is a disagreement, and reported as one. A service that is called by HTTP is known
    to code by the variable that holds its address.
    """
    said_by_code = [f for f in facts.of(Claim.DEPENDENCY) if not f.path.endswith(PROSE)]
    said_by_prose = [f for f in facts.of(Claim.DEPENDENCY) if f.path.endswith(PROSE)]
    addressed = [fact for fact in said_by_prose if _has_address(fact, facts)]
    grouped: dict[tuple[str, str], list[Fact]] = {}
    for fact in [*said_by_code, *addressed] or said_by_prose:
        grouped.setdefault(_key(fact), []).append(fact)
    for fact in said_by_prose:
        if fact not in (kept := grouped.get(_key(fact), [])):
            kept.append(fact)
    return [
        KnownDependency(kind, name, tuple(sorted(found, key=_surest)))
        for (kind, name), found in sorted(grouped.items())
    ]


def _has_address(fact: Fact, facts: Facts) -> bool:
    kind, name = _key(fact)
    stem = name.upper().replace("-", "_")
    return kind == "http" and any(
        str(variable["name"]).startswith(stem) and str(variable["name"]).endswith(_ADDRESSES)
        for variable in facts.of(Claim.ENV_VAR)
        if not variable.path.endswith(PROSE)
    )


def _key(fact: Fact) -> tuple[str, str]:
    kind = str(fact["kind"] or fact.value)
    name = str(fact["name"] or kind) if kind in {"http", "https", "grpc"} else kind
    return kind, name.lower()


def _surest(fact: Fact) -> tuple[bool, bool, str, int]:
    prose = fact.path.endswith(PROSE)
    return prose, fact.confidence is Confidence.DERIVED, fact.path, fact.line


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Kind, criticality, effect and configuration of each dependency."""
    covered = {
        str(kind): fact for fact in facts.of(Claim.HEALTH_ROUTE) for kind in fact["covers"] or ()
    }
    for dependency in known_dependencies(facts):
        first = dependency.facts[0]
        place = ("dependencies", dependency.name)
        yield said((*place, "name"), dependency.name, first)
        yield said((*place, "kind"), dependency.kind, first)
        yield from _criticality(place, dependency, covered)
        for fact in dependency.prose:
            if fact["when_down"]:
                yield said((*place, "when_down"), str(fact["when_down"]), fact)
        configured = _variables(dependency, facts)
        if configured:
            why = "read where the client is made, or named after it"
            yield follows((*place, "configured_by"), configured, first, why)


def _criticality(
    place: tuple[str, str], dependency: KnownDependency, covered: dict[str, Fact]
) -> Iterator[Suggestion]:
    for fact in dependency.prose:
        if isinstance(fact["critical"], bool):
            yield said((*place, "critical"), fact["critical"], fact)
    if dependency.kind in CRITICAL_KINDS:
        yield assumed(
            (*place, "critical"), True, "a store of record: without it there is no answer"
        )
    elif dependency.kind in covered:
        why = f"readiness {covered[dependency.kind]['path']} verifies it"
        yield follows((*place, "critical"), True, covered[dependency.kind], why)
    else:
        yield assumed((*place, "critical"), False, f"nothing says that {dependency.name} is")


def _variables(dependency: KnownDependency, facts: Facts) -> list[str]:
    """Variables that the client facts name, else those whose name says what they are for."""
    named = [str(v) for fact in dependency.facts for v in fact["configured_by"] or ()]
    if named:
        return sorted(set(named))
    stems = _STEMS.get(dependency.kind, ()) or (dependency.name.upper().replace("-", "_"),)
    names = {str(fact["name"]) for fact in facts.of(Claim.ENV_VAR)}
    of_it = {n for n in names if any(stem in n for stem in stems) and "STANDBY" not in n}
    hosts = {name.rpartition("_")[0] for name in of_it if name.endswith(("_HOST", "_HOSTNAME"))}
    parts = {n for n in of_it if n.rpartition("_")[0] in hosts and n.endswith(_PARTS)}
    return sorted(parts | {name for name in of_it if name.endswith(_ADDRESSES)})


_ADDRESSES = ("URL", "URI", "DSN", "HOST", "ADDRESS", "ENDPOINT", "BACKEND")
# A connection in parts is told by variables of one stem: DB_HOST, DB_PORT, DB_USER …
_PARTS = ("HOST", "HOSTNAME", "PORT", "USER", "USERNAME", "PASSWORD", "NAME", "DATABASE", "DB")
_STEMS = {
    "postgresql": ("DATABASE", "POSTGRES", "PG", "DB_"),
    "mysql": ("DATABASE", "MYSQL", "DB_"),
    "redis": ("REDIS", "CACHE"),
    "mongodb": ("MONGO",),
    "kafka": ("KAFKA",),
    "rabbitmq": ("RABBIT", "AMQP", "BROKER"),
    "elasticsearch": ("ELASTIC",),
    "memcached": ("MEMCACHE",),
    "smtp": ("SMTP", "MAIL"),
    "s3": ("S3",),
}
