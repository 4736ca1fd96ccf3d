"""How the service is installed and started, and on which port."""

import shlex
from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows, said


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Language, framework, commands, port, workers, migrations."""
    for claim in (Claim.LANGUAGE, Claim.FRAMEWORK):
        known = facts.first(claim)
        if known is not None:
            yield said(("runtime", str(claim)), str(known["name"] or known.value), known)
    yield from _start(facts)
    workers = facts.first(Claim.WORKERS)
    if workers is not None and isinstance(workers["count"] or workers.value, int):
        yield said(("runtime", "workers"), workers["count"] or workers.value, workers)
    yield from _migrations(facts)


def _start(facts: Facts) -> Iterator[Suggestion]:
    command = facts.first(Claim.START_COMMAND)
    if command is not None:
        yield said(("runtime", "start"), words(command), command)
    port = facts.first(Claim.PORT)
    if port is not None and isinstance(port["port"] or port.value, int):
        yield said(("runtime", "port"), port["port"] or port.value, port)


def _migrations(facts: Facts) -> Iterator[Suggestion]:
    migrations = facts.first(Claim.MIGRATIONS)
    if migrations is None:
        return
    tool = migrations["tool"] or migrations.value
    yield said(("migrations", "tool"), str(tool), migrations)
    command = migrations["command"]
    if command:
        arguments = words(migrations, "command")
        yield said(("migrations", "command"), arguments, migrations)
        why = "the schema is brought forward before the first start"
        yield follows(("runtime", "prepare"), [arguments], migrations, why)


def words(fact: Fact, key: str = "command") -> list[str]:
    """The arguments of a command that a fact gives as text or as a list."""
    command = fact[key] if fact[key] is not None else fact.value
    if isinstance(command, list | tuple):
        return [str(word) for word in command]
    try:
        return shlex.split(str(command))
    except ValueError:
        return str(command).split()
