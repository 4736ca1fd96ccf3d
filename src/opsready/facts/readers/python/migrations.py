"""How the schema is brought forward: the tool, its command, and where its steps lie."""

import configparser
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.python_code import PythonCode
from opsready.documents.python_module import PythonModule
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle, Source

_DJANGO_STEP = re.compile(r"(^|/)migrations/\d{4}_\w+\.py$")
_SECTION = re.compile(r"^\[(alembic|yoyo|DEFAULT)\]", re.MULTILINE)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Alembic, Django, Flask-Migrate, yoyo, and a service's own `migrate` command."""
    code = bundle.assembled(PythonCode)
    yield from _alembic(code, bundle)
    yield from _django(code)


def _alembic(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    """A configuration counts where the folder that it names holds steps."""
    for source in bundle.sources:
        if PurePosixPath(source.path).name != "alembic.ini" or not serves_users(source.path):
            continue
        folder = _script_location(source)
        if folder is None or not any(m.path.startswith(f"{folder}/") for m in code.modules):
            continue
        at_root = "/" not in source.path
        command = "alembic upgrade head" if at_root else f"alembic -c {source.path} upgrade head"
        line = _line_of(source, "script_location")
        told = {"tool": "alembic", "command": command, "path": folder}
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
    manage = next((m for m in code.modules if PurePosixPath(m.path).name == "manage.py"), None)
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
