"""A command of a runbook that names a file of the tree that is not there."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Runbooks
from opsready.documents.shell import Command
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PATH = re.compile(r"^(?:\./)?(?:[\w.-]+/)+[\w.-]+\.\w{1,5}$|^\./(?:[\w.-]+/)*[\w.-]+$")
_MOVES = frozenset({"cd", "pushd", "git", "mkdir", "touch", "rm", "curl", "wget", "ssh", "scp"})
_MAKES = frozenset({">", "-o", "--output", "-O", "tee", "--out"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a path below one of the tree's own folders that leads nowhere."""
    files = {source.path for source in case.pack.bundle.sources}
    files |= {unread.path for unread in case.pack.bundle.unread}
    folders = {path[:end] for path in files for end in _slashes(path)}
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for command in entry.commands:
            for path in _named(command):
                top = path.partition("/")[0]
                if top in folders and path not in files | folders:
                    yield Finding(
                        entry.path,
                        command.line,
                        f'the entry "{entry.name}" uses `{path}`, which is not in the tree',
                        "Correct the path, or add the file.",
                    )


def _slashes(path: str) -> list[int]:
    return [at for at, letter in enumerate(path) if letter == "/"]


def _named(command: Command) -> Iterator[str]:
    """The words that are paths below the root of the tree, and not what the command makes."""
    if command.host or command.program in _MOVES or any(w in _MAKES for w in command.words):
        return
    for word in command.words:
        if _PATH.match(word) and "$" not in word:
            yield word.removeprefix("./")


CHECK = Check(
    id="runbook-names-missing-file",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a command of a runbook that names a file that is not there",
    find=find,
)
