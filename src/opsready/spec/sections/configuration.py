"""The variables that the code reads, and what a rehearsal gives them."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.defaults import REHEARSAL_SECRET
from opsready.spec.draft import Suggestion, follows, said
from opsready.spec.sections import dependencies

_PROSE = dependencies.PROSE
_CODE = (".py", ".js", ".mjs", ".ts", ".go", ".java", ".kt", ".rb", ".rs")
_PARTS = {
    "HOST": "host",
    "HOSTNAME": "host",
    "PORT": "port",
    "USER": "user",
    "USERNAME": "user",
    "PASSWORD": "password",
    "NAME": "database",
    "DATABASE": "database",
    "DB": "database",
}
_OWN_HOSTS = frozenset({"HOST", "BIND", "BIND_HOST", "LISTEN_HOST", "APP_HOST", "SERVER_HOST"})
_OWN_PORTS = frozenset({"PORT", "APP_PORT", "HTTP_PORT", "SERVER_PORT"})


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Each variable once, from the code that reads it."""
    addresses = _addresses(facts)
    for name, found in _by_name(facts).items():
        fact = found[0]
        place = ("configuration", name)
        default = next((f["default"] for f in found if f["default"] is not None), None)
        yield said((*place, "name"), name, fact)
        yield said((*place, "secret"), any(f["secret"] for f in found), fact)
        required = any(f["required"] for f in found)
        yield said((*place, "required"), required, fact)
        if default is not None:
            yield said((*place, "default"), str(default), fact)
        value = _rehearsal_value(name, fact, default, addresses)
        if value is not None:
            yield follows((*place, "rehearsal"), value, fact, "what a rehearsal puts in its place")


def _by_name(facts: Facts) -> dict[str, list[Fact]]:
    """The code that reads a variable says what it is; files that set it only that it exists."""
    told = [fact for fact in facts.of(Claim.ENV_VAR) if not fact.path.endswith(_PROSE)]
    read = [fact for fact in told if fact.path.endswith(_CODE)]
    found: dict[str, list[Fact]] = {}
    for fact in read or told:
        found.setdefault(str(fact["name"] or fact.value), []).append(fact)
    return dict(sorted(found.items()))


def _addresses(facts: Facts) -> dict[str, str]:
    """Variable to the name of the dependency whose address it holds."""
    return {
        variable: suggestion.steps[1]
        for suggestion in dependencies.suggest(facts)
        if suggestion.steps[2] == "configured_by"
        for variable in suggestion.value
    }


def _rehearsal_value(
    name: str, fact: Fact, default: object, addresses: dict[str, str]
) -> str | None:
    if name in addresses:
        part = _PARTS.get(name.rpartition("_")[2])
        return "{" + addresses[name] + (f".{part}" if part else "") + "}"
    if name in _OWN_HOSTS:
        return "127.0.0.1"
    if name in _OWN_PORTS:
        return "{port}"
    if name == "PROMETHEUS_MULTIPROC_DIR":
        return "{scratch}"
    if fact["secret"] and default is None:
        return REHEARSAL_SECRET
    return None
