"""How Python code is started: language, framework, command, port, workers, name."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Fact
from opsready.facts.gunicorn import Gunicorn
from opsready.facts.processes import Processes
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_number, usual_text
from opsready.sources.source import Bundle

# What runs an application from code: where the port stands, and its default.
_SERVERS: dict[str, tuple[int | None, str, int | None]] = {
    "uvicorn.run": (None, "port", 8000),
    "uvicorn.Config": (None, "port", 8000),
    "aiohttp.web.run_app": (None, "port", 8080),
    "waitress.serve": (None, "port", 8080),
    "granian.Granian": (None, "port", 8000),
    "wsgiref.simple_server.make_server": (1, "port", None),
    "bottle.run": (None, "port", 8080),
    "sanic.Sanic().run": (None, "port", 8000),
}
# Development servers of their frameworks: a port is derived, a command is none.
_DEVELOPMENT = {"flask.Flask().run": 5000, "quart.Quart().run": 5000}


def read(bundle: Bundle) -> Iterator[Fact]:
    """What code and manifests say; images, Procfiles and manifests of platforms are read apart."""
    code = bundle.assembled(PythonCode)
    if not code.application:
        return
    yield from _servers(code)
    yield from _gunicorn(code, bundle)
    yield from _workers(code, bundle)


def _servers(code: PythonCode) -> Iterator[Fact]:
    names = {**_SERVERS, **{name: (None, "port", p) for name, p in _DEVELOPMENT.items()}}
    for call, meaning in code.calls_to(*names):
        position, keyword, default = names[meaning.dotted]
        given = call.argument(position, keyword)
        port, sure = (default, False) if given is None else usual_number(code, given, call.scope)
        if port:
            sure = sure and meaning.dotted not in _DEVELOPMENT
            yield python_fact(code, Claim.PORT, port, call.scope, call.line, sure=sure)


def _gunicorn(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    for setting in Gunicorn(code, bundle).setting("bind"):
        text = usual_text(code, setting.value, setting.scope)
        port = text.text.rpartition(":")[2]
        if port.isdecimal():
            place = setting.scope, setting.line
            yield python_fact(code, Claim.PORT, int(port), *place, sure=text.sure)


def _workers(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    for found in Processes(code, bundle).workers:
        told = {"count": found.count}
        place = found.scope, found.line
        yield python_fact(code, Claim.WORKERS, told, *place, sure=found.sure)


READER = Reader("python-start", read)
