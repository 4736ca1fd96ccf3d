"""The command of a Procfile's web process."""

from collections.abc import Iterator

from opsready.documents.procfile import Procfile
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """The web process alone serves requests; a release process prepares it."""
    for procfile in bundle.documents(Procfile):
        if not serves_users(procfile.path):
            continue
        for process in procfile.processes:
            if process.name == "web":
                start = StartCommand(process.command)
                place = procfile.path, process.line, f"web: {start.shown}"
                yield Fact(Claim.START_COMMAND, {"command": start.shown}, *place)
                if start.port is not None:
                    yield Fact(Claim.PORT, start.port, *place)
                if start.workers is not None:
                    yield Fact(Claim.WORKERS, {"count": start.workers}, *place)


READER = Reader("procfile", read)
