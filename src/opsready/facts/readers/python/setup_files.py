"""What the files say by which Python code is installed: its language, and its name."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

_REQUIRES = re.compile(r"^\s*(requires-python|python)\s*=|\bpython_requires\s*=", re.MULTILINE)
_PINNED = re.compile(r"\s*3\.\d+(\.\d+)?\s*$")


def read(bundle: Bundle) -> Iterator[Fact]:
    """The manifest at the root says it; without one, the code itself does."""
    code = bundle.assembled(PythonCode)
    if not code.application:
        return
    manifests = [
        source
        for source in bundle.of_kind(Kind.PYPROJECT, Kind.REQUIREMENTS, Kind.INI, Kind.PYTHON)
        if source.path in {"pyproject.toml", "setup.cfg", "setup.py", "requirements.txt"}
    ]
    pinned = bundle.source(".python-version")
    if pinned is not None and _PINNED.match(pinned.text):
        yield Fact(Claim.LANGUAGE, "python", pinned.path, 1, pinned.quote(1))
    telling = [source for source in manifests if _REQUIRES.search(source.text)]
    for source in (telling or manifests)[:1]:
        yield _language(source)
    if not manifests:
        module = code.application[0]
        quote = module.quote(1)
        yield Fact(Claim.LANGUAGE, "python", module.path, 1, quote, Confidence.DERIVED)
    if bundle.source("pyproject.toml") is None:
        yield from _name(code, bundle)


def _language(source: Source) -> Fact:
    numbered = enumerate(source.lines, 1)
    line = next((number for number, text in numbered if _REQUIRES.search(text)), 1)
    return Fact(Claim.LANGUAGE, "python", source.path, line, source.quote(line))


def _name(code: PythonCode, bundle: Bundle) -> Iterator[Fact]:
    """`name =` of setup.cfg's `[metadata]`, and of the call of `setup`."""
    config = bundle.source("setup.cfg")
    section = ""
    for number, text in enumerate(config.lines if config is not None else (), 1):
        section = text.strip() if text.startswith("[") else section
        found = re.match(r"^name\s*=\s*([\w.-]+)\s*$", text)
        if config is not None and section == "[metadata]" and found:
            quote = config.quote(number)
            yield Fact(Claim.SERVICE_NAME, found.group(1), config.path, number, quote)
    module = code.module("setup.py")
    for call in module.calls("setup") if module is not None else ():
        given = call.argument(None, "name")
        if module is not None and isinstance(given, ast.Constant) and isinstance(given.value, str):
            line = given.lineno
            yield Fact(Claim.SERVICE_NAME, given.value, module.path, line, module.quote(line))


READER = Reader("python-setup-files", read)
