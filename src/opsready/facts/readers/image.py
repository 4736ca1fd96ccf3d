"""What a Dockerfile says of the image: its ground, its user, its command, its ports."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.dockerfile import Dockerfile, Instruction
from opsready.documents.secret import without_secrets
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """The built image of every Dockerfile that serves users."""
    for dockerfile in bundle.documents(Dockerfile):
        if serves_users(dockerfile.path):
            yield from _image(dockerfile)


def _image(dockerfile: Dockerfile) -> Iterator[Fact]:
    ground = dockerfile.lineage[-1]
    quote = f"FROM {ground.image}"
    yield Fact(Claim.IMAGE_BASE, str(ground.image), dockerfile.path, ground.line, quote)
    user = dockerfile.last("USER")
    if user is not None:
        yield _fact(Claim.CONTAINER_USER, dockerfile.filled(user.value.strip()), user)
    for exposed in dockerfile.all("EXPOSE"):
        for word in dockerfile.filled(exposed.value).split():
            number, _, protocol = word.partition("/")
            if number.isdigit() and protocol != "udp":
                yield _fact(Claim.PORT, int(number), exposed)
    yield from _command(dockerfile)
    yield from _health(dockerfile)


def _command(dockerfile: Dockerfile) -> Iterator[Fact]:
    """ENTRYPOINT in exec form takes CMD as its arguments."""
    entry, command = dockerfile.last("ENTRYPOINT"), dockerfile.last("CMD")
    said = entry or command
    if said is None:
        return
    text = said.command
    if entry is not None and command is not None and entry.words is not None:
        text = f"{entry.command} {command.command}"
    start = StartCommand(dockerfile.filled(text))
    folder = PurePosixPath(dockerfile.path).parent.as_posix()
    yield _fact(Claim.START_COMMAND, {"command": start.shown, "folder": folder}, said)
    if start.port is not None:
        yield _fact(Claim.PORT, start.port, said)
    if start.workers is not None:
        yield _fact(Claim.WORKERS, {"count": start.workers}, said)


def _health(dockerfile: Dockerfile) -> Iterator[Fact]:
    check = dockerfile.health_check
    path = check.health_path if check is not None else None
    if check is not None and path is not None:
        value = {"path": path, "covers": None, "role": "healthcheck"}
        yield _fact(Claim.HEALTH_ROUTE, value, check, Confidence.DERIVED)


def _fact(
    claim: Claim,
    value: object,
    said: Instruction,
    confidence: Confidence = Confidence.STATED,
) -> Fact:
    quote = f"{said.keyword} {without_secrets(said.value.split())}"
    return Fact(claim, value, said.path, said.line, quote, confidence)


READER = Reader("image", read)
