"""How the service is installed and started, and on which port."""

import re
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
    production = [f for f in facts.of(Claim.START_COMMAND) if not _is_for_development(f)]
    told = Facts(tuple(production)) if production else facts
    command = told.first(Claim.START_COMMAND)
    if command is not None:
        *before, start = commands(command)
        if _is_for_development(command):
            why = "a server for development; nothing shows the one of production"
            yield follows(("runtime", "start"), start, command, why)
        option = command["host_option"]
        if option:
            why = f"told where to listen, since its own default is {command['host']}"
            address = [str(option), _EVERY_INTERFACE]
            yield follows(("runtime", "start"), [*start, *address], command, why)
        yield said(("runtime", "start"), start, command)
        if before:
            why = "its start command runs them before the service"
            yield follows(("runtime", "prepare"), before, command, why)
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


def _is_for_development(fact: Fact) -> bool:
    return fact["development"] is True


_EVERY_INTERFACE = "0.0.0.0"  # noqa: S104  written, not bound: users are outside of the container
_SHELL = re.compile(r"^(?:/\S*/)?(?:ba|da)?sh\s+-l?c\s+(?P<script>.+)$", re.DOTALL)
_OPERATORS = re.compile(r"[;|<>`]|\$\(|(?<!&)&(?!&)")


def commands(fact: Fact) -> list[list[str]]:
    """The command of a fact as argument lists: a chain of `a && b` gives one for each, anything
    else that only a shell understands is left to a shell."""
    if not isinstance(fact["command"] or fact.value, str):
        return [words(fact)]
    text = str(fact["command"] or fact.value).strip()
    script = _script(text)
    if _OPERATORS.search(script):
        return [["sh", "-c", script]]
    return [_split(part) for part in script.split("&&")]


def _script(text: str) -> str:
    """What a shell is given behind `-c`, without the quotes that made it one word."""
    inner = _SHELL.match(text)
    if inner is None:
        return text
    given = _split(inner["script"])
    return given[0] if len(given) == 1 else inner["script"]


def words(fact: Fact, key: str = "command") -> list[str]:
    """The arguments of a command that a fact gives as text or as a list."""
    command = fact[key] if fact[key] is not None else fact.value
    if isinstance(command, list | tuple):
        return [str(word) for word in command]
    return _split(str(command))


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
