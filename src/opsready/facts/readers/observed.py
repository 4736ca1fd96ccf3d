"""What the service showed when it was last started: facts that no reading of code can give."""

from collections.abc import Iterator
from typing import Any

from opsready.documents.observed import Observed, Seen, code_digest
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle

# A change of one of these may change what the service shows; prose and pack cannot.
_CODE = (
    Kind.PYTHON,
    Kind.PYPROJECT,
    Kind.REQUIREMENTS,
    Kind.PROCFILE,
    Kind.PACKAGE_JSON,
    Kind.GO_MOD,
    Kind.JAVA_BUILD,
    Kind.CODE,
    Kind.INI,
)

# An answer like these may come from no route at all (RFC 9110: not found, method not allowed).
_NOT_SERVED = (404, 405)
_GOOD = 200
# What deploys the service is no part of it: it is written after a start, and changes nothing of it.
_DEPLOYS = "deploy/pipeline/"


def read(bundle: Bundle) -> Iterator[Fact]:
    """Routes, metrics, dependencies, variables; nothing where the code has changed since, for then
    nobody has seen what it does."""
    for observed in bundle.documents(Observed):
        if observed.code == digest_of_code(bundle):
            yield from _facts(observed)


def digest_of_code(bundle: Bundle) -> str:
    """The digest by which an observation knows its code again; tests are left out, and the scripts
    that a hat writes."""
    return code_digest(
        (source.path, source.digest)
        for source in bundle.of_kind(*_CODE)
        if "tests" not in source.path.split("/") and not source.path.startswith(_DEPLOYS)
    )


def _facts(observed: Observed) -> Iterator[Fact]:
    """What a good answer took is what healthy looks like, in a figure. How many workers were
    seen is not said here: what runs in production is for the sources to say, and for a probe
    to compare."""
    for route in observed.of("routes"):
        if route.values.get("status") not in _NOT_SERVED:
            yield _fact(observed, Claim.ROUTE, route, "method", "path", "status", "seconds")
    for health in observed.of("health"):
        if health.values.get("status") == _GOOD:
            yield _fact(observed, Claim.HEALTHY, health, "path", "status", "seconds")
    for page in observed.of("metrics_route"):
        yield _fact(observed, Claim.METRICS_ROUTE, page, "path")
    for metric in observed.of("metrics"):
        yield _fact(observed, Claim.METRIC, metric, "name", "type", "labels", "values", "buckets")
    for dependency in observed.of("dependencies"):
        yield _fact(observed, Claim.DEPENDENCY, dependency, "kind", "name")
    for variable in observed.of("variables"):
        yield _fact(observed, Claim.ENV_VAR, variable, "name", "secret", "asked_at")


def _fact(observed: Observed, claim: Claim, seen: Seen, *keys: str) -> Fact:
    value: dict[str, Any] = {key: seen.values[key] for key in keys if key in seen.values}
    return Fact(claim, value, observed.path, seen.line, seen.quote, Confidence.OBSERVED)


READER = Reader("observed", read)
