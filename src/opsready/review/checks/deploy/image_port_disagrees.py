"""An image that starts its server on another port than it exposes and probes."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.start_command import StartCommand
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users

_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})")


def find(case: Case) -> Iterator[Finding]:
    """One finding an exposed or probed port of an image whose command names another."""
    for image in case.pack.documents(Dockerfile):
        started = image.last("CMD") or image.last("ENTRYPOINT")
        port = StartCommand(image.filled(started.command)).port if started else None
        if started is None or port is None or not serves_users(image.path):
            continue
        exposed = [(e, n) for e in image.all("EXPOSE") for n in re.findall(r"\b\d{2,5}\b", e.value)]
        if exposed and str(port) not in {number for _, number in exposed}:
            first, number = exposed[0]
            yield _finding(image.path, first.line, f"exposes {number}", port, started.line)
        check = image.health_check
        probed = _LOCAL.search(check.value) if check else None
        if check and probed and probed[1] != str(port):
            yield _finding(image.path, check.line, f"probes {probed[1]}", port, started.line)


def _finding(path: str, line: int, what: str, port: int, started: int) -> Finding:
    return Finding(
        path,
        line,
        f"the image {what}, and its server listens on {port}",
        f"Use {port} in both places, or give the server the other port.",
        related=(Place(path, started, "the server"),),
    )


CHECK = Check(
    id="image-port-disagrees",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="an image that listens on another port than it says",
    find=find,
)
