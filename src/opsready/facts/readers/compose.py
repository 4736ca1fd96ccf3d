"""What compose files say: the service's command and port, and what runs beside it."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile, ComposeService
from opsready.documents.health_command import health_path
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import Purpose, purpose_of
from opsready.sources.source import Bundle

_ASIDE = {Purpose.TRIAL, Purpose.EXAMPLE, Purpose.DOCUMENTATION}


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every compose file but those of tests and examples."""
    for compose in bundle.documents(ComposeFile):
        if purpose_of(compose.path) in _ASIDE:
            continue
        for service in compose.services:
            yield from _beside(compose, service)
            if service.builds:
                yield from _own(compose, service)
        if compose.is_for_production:
            value = {"tool": "compose"}
            line = compose.services[0].line if compose.services else 1
            quote = "services that are kept up"
            yield Fact(Claim.DEPLOYS_WITH, value, compose.path, line, quote, Confidence.DERIVED)


def _beside(compose: ComposeFile, service: ComposeService) -> Iterator[Fact]:
    kind = service.image.service_kind if service.image is not None else None
    if kind is None or service.image is None:
        return
    value = {"kind": kind, "name": service.name, "client": None, "image": str(service.image)}
    quote = f"image: {service.image}"
    yield Fact(Claim.DEPENDENCY, value, compose.path, service.image_line, quote, Confidence.DERIVED)


def _own(compose: ComposeFile, service: ComposeService) -> Iterator[Fact]:
    """The service that is built here. A reloader is no command of production's."""
    place = compose.path, service.line
    if service.command and not service.reloads and not compose.is_for_development:
        start = StartCommand(service.command)
        quote = f"command: {start.shown}"
        yield Fact(Claim.START_COMMAND, {"command": start.shown}, *place, quote)
        if start.workers is not None:
            yield Fact(Claim.WORKERS, {"count": start.workers}, *place, quote)
    for port in service.ports:
        quote = f"{service.name} listens on {port.target}"
        yield Fact(Claim.PORT, port.target, compose.path, port.line, quote, Confidence.DERIVED)
    check = service.health_check
    test = check.get("test") if check is not None else None
    path = health_path(str(test.plain())) if test is not None else None
    if check is not None and path is not None:
        value = {"path": path, "covers": None, "role": "healthcheck"}
        quote = f"healthcheck of {service.name} asks {path}"
        yield Fact(Claim.HEALTH_ROUTE, value, compose.path, check.line, quote, Confidence.DERIVED)


READER = Reader("compose", read)
