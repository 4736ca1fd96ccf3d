"""Names the tree, and the files by which its Python code is installed."""

from collections.abc import Iterator

from opsready.documents.pyproject import Pyproject
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source


def read(bundle: Bundle) -> Iterator[Fact]:
    """The folder's name as a last resort, and each manifest at the root."""
    if bundle.root.name:
        quote = f"the folder is named {bundle.root.name}"
        yield Fact(Claim.SERVICE_NAME, bundle.root.name, ".", 0, quote, Confidence.DERIVED)
    for source in bundle.of_kind(Kind.REQUIREMENTS):
        if "/" not in source.path and source.path == "requirements.txt":
            yield _fact(source, {"kind": "requirements", "extras": []})
    project = bundle.document("pyproject.toml", Pyproject)
    written = bundle.source("pyproject.toml")
    if written is not None and project is not None and project.is_package:
        yield _fact(written, {"kind": "pyproject", "extras": sorted(project.optional)})
    setup = bundle.source("setup.py")
    if setup is not None and bundle.source("pyproject.toml") is None:
        yield _fact(setup, {"kind": "setup", "extras": []})


def _fact(source: Source, value: dict[str, object]) -> Fact:
    first = next((line.strip() for line in source.text.splitlines() if line.strip()), "")
    return Fact(Claim.MANIFEST, value, source.path, 1, first)


READER = Reader("manifest", read)
