"""How the schema is brought forward: the tool, its command, and where its steps lie."""

import configparser
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.python_code import PythonCode
from opsready.documents.python_module import PythonModule
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.programs import Programs
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle, Source

_DJANGO_STEP = re.compile(r"(^|/)migrations/\d{4}_\w+\.py$")
# A console script that is told one of these brings the schema forward.
_OWN_WORDS = ("migrate", "db migrate", "db upgrade", "upgrade-db", "migrate-db", "upgrade_db")


def read(bundle: Bundle) -> Iterator[Fact]:
    """Alembic, Django, Flask-Migrate, yoyo, and a service's own command by that name."""
    code = bundle.assembled(PythonCode)
    own = list(_own_commands(code, bundle))
    yield from own
    if any(fact["tool"] == "alembic" for fact in own):
        return
    yield from _flask_migrate(code) if "flask_migrate" in code.imported else _alembic(code, bundle)
    yield from _django(code)
    yield from _yoyo(bundle)


def _own_commands(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    """Console scripts that run Alembic, or are told to `migrate`."""
    programs = Programs(code, bundle)
    for program in programs.all:
        for command, calls in programs.commands(program):
            runs_alembic = any(m.dotted == "alembic.command.upgrade" for _, m in calls)
            words = command.text.partition(" ")[2]
            if words in _OWN_WORDS:
                tool = "alembic" if runs_alembic else program.name
                told = {"tool": tool, "command": command.text, "path": None}
                place = command.scope, command.line
                yield python_fact(code, Claim.MIGRATIONS, told, *place, sure=False)


def _flask_migrate(code: PythonCode) -> Iterator[Fact]:
    for call, _ in code.calls_to("flask_migrate.Migrate"):
        folder = code.text(call.argument(None, "directory"), call.scope)
        path = folder.text if folder.whole else "migrations"
        if any(module.path.startswith(f"{path}/versions/") for module in code.modules):
            told = {"tool": "flask-migrate", "command": "flask db upgrade", "path": path}
            yield python_fact(code, Claim.MIGRATIONS, told, call.scope, call.line, sure=False)


def _alembic(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    """A configuration counts where the folder that it names holds steps. Where the code of the
    service runs them itself, no command is known to be anybody's to type."""
    runs_itself = any(code.calls_to("alembic.command.upgrade"))
    for source in bundle.sources:
        if PurePosixPath(source.path).name != "alembic.ini" or not serves_users(source.path):
            continue
        folder = _script_location(source)
        if folder is None or not any(m.path.startswith(f"{folder}/") for m in code.modules):
            continue
        at_root = "/" not in source.path
        command = "alembic upgrade head" if at_root else f"alembic -c {source.path} upgrade head"
        told = {
            "tool": "alembic",
            "command": None if runs_itself and not at_root else command,
            "path": folder,
        }
        line = _line_of(source, "script_location")
        sure = Confidence.STATED if at_root else Confidence.DERIVED
        yield Fact(Claim.MIGRATIONS, told, source.path, line, source.quote(line), sure)


def _yoyo(bundle: Bundle) -> Iterator[Fact]:
    for source in bundle.sources:
        if PurePosixPath(source.path).name == "yoyo.ini" and serves_users(source.path):
            line = _line_of(source, "sources")
            path = source.quote(line).partition("=")[2].strip() or None
            told = {"tool": "yoyo", "command": "yoyo apply --batch", "path": path}
            yield Fact(Claim.MIGRATIONS, told, source.path, line, source.quote(line))


def _script_location(source: Source) -> str | None:
    """The folder of the steps, relative to the root of the tree."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(source.text)
        told = parser.get("alembic", "script_location", fallback="")
    except configparser.Error:
        return None
    told = told.replace("%(here)s/", "").removeprefix("./").strip("/")
    if ":" in told:  # `package:folder`
        told = told.replace(":", "/").replace(".", "/")
    above = PurePosixPath(source.path).parent
    return str(above / told) if told else None


def _line_of(source: Source, word: str) -> int:
    numbered = enumerate(source.lines, 1)
    return next((n for n, line in numbered if line.lstrip().startswith(word)), 1)


def _django(code: PythonCode) -> Iterator[Fact]:
    """One fact a tree: all applications migrate with one command."""
    managers = (m for m in code.modules if PurePosixPath(m.path).name == "manage.py")
    manage = next((module for module in managers if serves_users(module.path)), None)
    steps = [m for m in code.modules if _is_django_step(m)]
    if manage is None or not steps:
        return
    told = {
        "tool": "django",
        "command": f"python {manage.path} migrate",
        "path": str(PurePosixPath(steps[0].path).parent),
    }
    line = next((s.line for s in steps[0].classes() if s.name == "Migration"), 1)
    yield python_fact(code, Claim.MIGRATIONS, told, steps[0].scope, line)


def _is_django_step(module: PythonModule) -> bool:
    return bool(_DJANGO_STEP.search(module.path)) and any(
        origin.startswith("django.db") for origin in module.imports.values()
    )


READER = Reader("python-migrations", read)
