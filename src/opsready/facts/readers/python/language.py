"""That the service is written in Python."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")


def read(bundle: Bundle) -> Iterator[Fact]:
    """A manifest says so; without one the code itself shows it. A tree whose only Python are
    tests and tools is not written in it."""
    if not bundle.assembled(PythonCode).application:
        return
    stated = [path for path in _MANIFESTS if bundle.source(path)]
    if stated:
        quote = next((q for n in range(1, 40) if (q := bundle.quote(stated[0], n))), "")
        yield Fact(Claim.LANGUAGE, "python", stated[0], 1, quote)
        return
    first = min(bundle.assembled(PythonCode).application, key=lambda module: module.path)
    quote = bundle.quote(first.path, 1)
    yield Fact(Claim.LANGUAGE, "python", first.path, 1, quote, Confidence.DERIVED)


READER = Reader("language", read)
