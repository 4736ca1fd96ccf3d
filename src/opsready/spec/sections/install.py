"""How a rehearsal installs the service into an environment of its own."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows
from opsready.spec.sections import dependencies, runtime

# Extras by which Python projects commonly bring what production needs, besides those that are
# named after a dependency.
_PRODUCTION_EXTRAS = frozenset({"monitoring", "production", "prod", "prometheus", "server", "web"})


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Pinned requirements where there are some, else the project itself with fitting extras."""
    manifests = sorted(facts.of(Claim.MANIFEST), key=_preference)
    if not manifests:
        return
    manifest = manifests[0]
    if manifest["kind"] == "requirements":
        commands = [["pip", "install", "-r", manifest.path]]
        why = "its requirements file"
        if _starts_by_script(manifests, facts):
            commands.append(["pip", "install", "."])
            why += ", and the project, which brings the command that starts it"
        yield follows(("runtime", "install"), commands, manifest, why)
    else:
        extras = _extras(manifest, facts)
        target = f".[{','.join(extras)}]" if extras else "."
        why = f"its {manifest.path}{' with extras ' + ', '.join(extras) if extras else ''}"
        yield follows(("runtime", "install"), [["pip", "install", target]], manifest, why)


def _starts_by_script(manifests: list[Fact], facts: Facts) -> bool:
    """Whether a command that starts the service is one that the project itself declares."""
    scripts = {name for manifest in manifests for name in manifest["scripts"] or ()}
    starts = (runtime.commands(fact) for fact in facts.of(Claim.START_COMMAND))
    return any(word in scripts for start in starts for command in start for word in command)


def _preference(fact: Fact) -> tuple[int, int, str]:
    """Requirements at the root named plainly come first; deeper and odder ones last."""
    order = {"requirements": 0, "pyproject": 1, "setup": 2}
    plain = fact.path in {"requirements.txt", "pyproject.toml", "setup.py"}
    return not plain, order.get(str(fact["kind"]), 3), fact.path


def _extras(manifest: Fact, facts: Facts) -> list[str]:
    known = {dependency.kind for dependency in dependencies.known_dependencies(facts)}
    wanted = known | _PRODUCTION_EXTRAS | ({"postgres"} if "postgresql" in known else set())
    return [extra for extra in manifest["extras"] or () if extra in wanted]
