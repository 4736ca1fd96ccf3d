"""A start by which the service never hears that it is to stop."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile, Instruction
from opsready.documents.shell import Command, ShellScript
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Servers that end their requests on SIGTERM, where they hear of it.
_SERVERS = {
    *("gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress-serve", "uwsgi", "celery"),
    *("pserve", "kinto", "flask", "java", "node", "puma", "fastapi"),
}
# Programs that hand signals on to what they start.
_FORWARDS = re.compile(
    r"\b(tini|dumb-init|catatonit|s6-svscan|supervisord|multirun|exec)\b|\btrap\b"
)
_WHY = (
    "the shell is the first process and hands no signal on, so SIGTERM is not heard and requests"
    " are cut off when the time is over"
)


def find(case: Case) -> Iterator[Finding]:
    """Shell forms of images, then scripts by which images start."""
    scripts = {s.path.rpartition("/")[2]: s for s in case.pack.documents(ShellScript)}
    for image in case.pack.documents(Dockerfile):
        if not serves_users(image.path):
            continue
        entry, command = image.last("ENTRYPOINT"), image.last("CMD")
        if entry is not None and _FORWARDS.search(entry.value):
            continue
        start = entry or command
        if start is not None:
            yield from _shell_form(start)
            yield from _script(start, scripts)


def _shell_form(start: Instruction) -> Iterator[Finding]:
    words = start.words
    is_shell = words is None or (len(words) > 2 and words[0].rpartition("/")[2] in {"sh", "bash"})
    commands = start.commands if is_shell else ()
    server = next((c for c in commands if _serves(c)), None)
    if server is not None and not any(_FORWARDS.search(c.text) for c in commands):
        yield Finding(
            start.path,
            start.line,
            f"`{server.program}` is started through a shell (the shell form of"
            f" `{start.keyword}`): {_WHY}",
            f'Use the exec form, `{start.keyword} ["{server.program}", …]`, or put `exec` before'
            " the server's command.",
        )


def _script(start: Instruction, scripts: dict[str, ShellScript]) -> Iterator[Finding]:
    words = start.command.split()
    called = next((scripts[n] for w in words if (n := w.rpartition("/")[2]) in scripts), None)
    if called is None or not called.commands or not serves_users(called.path):
        return
    last = called.commands[-1]
    hands_on = any(c.words[0] in {"exec", "trap"} for c in called.commands if c.words)
    if _serves(last) and not hands_on:
        yield Finding(
            called.path,
            last.line,
            f"the image starts by this script, and `{last.program}` is run without `exec`: {_WHY}",
            f"Write `exec {last.program} …`: the server then takes the shell's place.",
        )


def _serves(command: Command) -> bool:
    by_module = command.program.startswith("python") and "runserver" not in command.operands
    named = set(command.operands[:2]) & _SERVERS if by_module else set()
    return command.program in _SERVERS or bool(named)


CHECK = Check(
    id="signals-swallowed",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a service that never hears that it is to stop",
    find=find,
)
