"""How Python code is started: its commands, ports and workers."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.python_code import PythonCode
from opsready.documents.python_names import Meaning
from opsready.documents.python_scope import Call
from opsready.facts.fact import Claim, Fact
from opsready.facts.gunicorn import Gunicorn
from opsready.facts.processes import Processes
from opsready.facts.programs import Command, Programs, options
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_number, usual_text
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

# What serves from code, with the port that each takes where none is given; None where it takes
# none of its own. Read in uvicorn 0.54, aiohttp 3.14, waitress 3.0, granian 2.
_SERVERS: dict[str, int | None] = {
    "uvicorn.run": 8000,
    "uvicorn.Config": 8000,
    "uvicorn.Server().run": None,
    "uvicorn.Server().serve": None,
    "aiohttp.web.run_app": 8080,
    "aiohttp.web.TCPSite": 8080,
    "waitress.serve": 8080,
    "granian.Granian": 8000,
    "granian.Granian().serve": None,
    "hypercorn.asyncio.serve": None,
    "hypercorn.trio.serve": None,
    "pyramid.scripts.pserve.main": None,
    "gunicorn.app.wsgiapp.run": None,
    "cheroot.wsgi.Server": None,
}
# These are for development, as their own documentation says.
_DEVELOPMENT: dict[str, int | None] = {"flask.Flask().run": 5000, "quart.Quart().run": 5000}
_POSITIONS = {"aiohttp.web.TCPSite": 2, "flask.Flask().run": 1}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Variables that name the port on which a service itself listens.
_OWN_PORTS = ("PORT", "APP_PORT", "HTTP_PORT", "SERVER_PORT", "UVICORN_PORT")


def read(bundle: Bundle) -> Iterator[Fact]:
    """What code says of its start; images, Procfiles and platforms are read by their formats."""
    code = bundle.assembled(PythonCode)
    if code.application:
        serving = _serving(code, bundle)
        yield from _commands(code, serving)
        yield from _ports(code, bundle, by_script=bool(serving))
        for found in Processes(code, bundle).workers:
            told = {"count": found.number}
            place = found.scope, found.line
            yield python_fact(code, Claim.WORKERS, told, *place, sure=found.sure)


def _serving(code: PythonCode, bundle: Bundle) -> list[Command]:
    """The commands of installed scripts that end in a server."""
    programs = Programs(code, bundle)
    return [
        command
        for program in programs.all
        for command, calls in programs.commands(program)
        if any(_serves(call, meaning) for call, meaning in calls)
    ]


def _commands(code: PythonCode, serving: list[Command]) -> Iterator[Fact]:
    """The scripts that end in a server; else the files that do; else what Django brings."""
    for command in serving:
        told = {**_told(command.text), **_kept_to_loopback(code, command)}
        yield python_fact(code, Claim.START_COMMAND, told, command.scope, command.line, sure=False)
    yield from _option_ports(code, serving)
    if not serving:
        yield from list(_run_as_files(code)) or _manage(code)


def _option_ports(code: PythonCode, serving: list[Command]) -> Iterator[Fact]:
    """The default of `--port` of a command that serves."""
    for call in options(code, serving, "--port"):
        port, _ = usual_number(code, call.argument(None, "default"), call.scope)
        if port:
            yield python_fact(code, Claim.PORT, port, call.scope, call.line, sure=False)


def _kept_to_loopback(code: PythonCode, command: Command) -> dict[str, object]:
    """A command that nobody outside of its container reaches, unless it is told an address."""
    for call in options(code, [command], "--host"):
        default = code.constant(call.argument(None, "default"), call.scope)
        if default in _LOOPBACK:
            return {"host": default, "host_option": "--host"}
    return {}


def _serves(call: Call, meaning: Meaning) -> bool:
    reloads = call.argument(None, "reload", "debug")
    is_for_trying = isinstance(reloads, ast.Constant) and reloads.value is True
    return meaning.dotted in _SERVERS and not is_for_trying


def _told(command: str, *, development: bool = False) -> dict[str, object]:
    return {"command": command, **({"development": True} if development else {})}


def _run_as_files(code: PythonCode) -> Iterator[Fact]:
    """`if __name__ == "__main__":` with a server below it, itself or in what it calls."""
    for module in code.application:
        for node in getattr(module.tree, "body", ()):
            if isinstance(node, ast.If) and _is_main(node.test) and serves_users(module.path):
                below = [c for c in module.scope.calls if node.lineno <= c.line <= _end(node)]
                ran = [(call, code.callee(call)) for call in below]
                ran += [r for _, m in ran if m.function for r in code.reached(m.function)]
                told = _file_command(module.path, ran)
                if told is not None:
                    yield python_fact(
                        code, Claim.START_COMMAND, told, module.scope, node.lineno, sure=False
                    )


def _is_main(test: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(test))


def _end(node: ast.If) -> int:
    return node.body[-1].end_lineno or node.lineno


def _file_command(path: str, ran: list[tuple[Call, Meaning]]) -> dict[str, object] | None:
    command = f"python {path}"
    if PurePosixPath(path).name == "__main__.py":
        command = f"python -m {PurePosixPath(path).parent.as_posix().replace('/', '.')}"
    if any(_serves(call, meaning) for call, meaning in ran):
        return _told(command)
    tries = any(meaning.dotted in {**_SERVERS, **_DEVELOPMENT} for _, meaning in ran)
    return _told(command, development=True) if tries else None


def _manage(code: PythonCode) -> Iterator[Fact]:
    """Django's own server is for development; what serves in production is not in the code."""
    for call, _ in code.calls_to("django.core.management.execute_from_command_line"):
        if PurePosixPath(call.scope.path).name == "manage.py":
            told = _told(f"python {call.scope.path} runserver", development=True)
            yield python_fact(code, Claim.START_COMMAND, told, call.scope, call.line, sure=False)


def _ports(code: PythonCode, bundle: Bundle, *, by_script: bool) -> Iterator[Fact]:
    """Where a script serves, what a module does when it is run as a file is for trying it."""
    for call, meaning in code.calls_to(*_SERVERS, *_DEVELOPMENT):
        port, sure = _port_of(code, call, meaning.dotted)
        is_tried = by_script and call.scope.outer is None
        if port and serves_users(call.scope.path) and not is_tried:
            yield python_fact(code, Claim.PORT, port, call.scope, call.line, sure=sure)
    for setting in Gunicorn(code, bundle).setting("bind"):
        text = usual_text(code, setting.value, setting.scope)
        digits = text.text.rpartition(":")[2]
        if digits.isdecimal():
            place = setting.scope, setting.line
            yield python_fact(code, Claim.PORT, int(digits), *place, sure=text.sure)
    for variable in code.variables:
        default_text = variable.default.text if variable.default else ""
        if variable.name.text in _OWN_PORTS and default_text.isdecimal():
            place = variable.scope, variable.line
            yield python_fact(code, Claim.PORT, int(default_text), *place, sure=False)


def _port_of(code: PythonCode, call: Call, server: str) -> tuple[int | None, bool]:
    """The port given, or the server's own where none can be hidden in `*more` or `**more`."""
    given = call.argument(_POSITIONS.get(server), "port")
    if given is not None:
        port, sure = usual_number(code, given, call.scope)
        return port, sure and server not in _DEVELOPMENT
    is_open = any(keyword.arg is None for keyword in call.node.keywords)
    is_bound_elsewhere = call.argument(None, "fd", "uds", "sock", "sockets", "listen", "path")
    return (None if is_open or is_bound_elsewhere else {**_SERVERS, **_DEVELOPMENT}[server]), False


READER = Reader("python-start", read)
