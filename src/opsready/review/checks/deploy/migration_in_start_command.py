"""A schema that is migrated by whichever process starts first."""

from collections.abc import Iterator

from opsready.documents.shell import ShellScript
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_ENTRY = ("entrypoint", "start.sh", "run.sh", "prestart")


def find(case: Case) -> Iterator[Finding]:
    """Start commands of images and manifests, then entrypoint scripts."""
    for fact in case.facts.of(Claim.START_COMMAND):
        command = fact["command"]
        words = command if isinstance(command, str) else " ".join(command or ())
        migration = StartCommand(words).migration
        if migration is not None and serves_users(fact.path):
            yield _finding(fact.path, fact.line, migration)
    for script in case.pack.documents(ShellScript):
        if serves_users(script.path) and any(word in script.path for word in _ENTRY):
            yield from _script(script)


def _script(script: ShellScript) -> Iterator[Finding]:
    """An entrypoint that does nothing but migrate is a job of its own."""
    if len(script.commands) < 2 or not _goes_on(script):
        return
    for command in script.commands:
        migration = StartCommand("; ".join((" ".join(command.words), ""))).migration
        if migration is not None:
            yield _finding(script.path, command.line, migration)


def _goes_on(script: ShellScript) -> bool:
    last = script.commands[-1]
    serves = ("gunicorn", "uvicorn", "runserver", "granian", "uwsgi", "hypercorn", "daphne")
    hands_over = last.words[0] == "exec" or any(server in last.text for server in serves)
    return hands_over and StartCommand(last.text + ";").migration is None


def _finding(path: str, line: int, migration: str) -> Finding:
    return Finding(
        path,
        line,
        f"`{migration}` runs at every start: two replicas migrate at the same time, a crash loops"
        " through it, and a rollback starts the old version on the new schema unseen",
        "Run migrations as one step of the pipeline before the deploy, each such that the version"
        " before still works on what it leaves.",
    )


CHECK = Check(
    id="migration-in-start-command",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="the schema is migrated by whichever process starts first",
    find=find,
)
