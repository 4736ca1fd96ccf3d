"""Names the tree, and the files by which its Python code is installed."""

import re
from collections.abc import Iterator

from opsready.documents.pyproject import Pyproject
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.programs import console_scripts
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

# What takes a project's version from git: setuptools-scm, hatch-vcs (which asks the former), pbr.
_FROM_GIT = re.compile(r"setuptools[-_]scm|hatch-vcs|use_scm_version|\bpbr\b")


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
        told = {"kind": "pyproject", "extras": sorted(project.optional)}
        scripts = {"scripts": sorted(project.scripts)} if project.scripts else {}
        yield _fact(written, told | scripts | _version(written, bundle))
    setup = bundle.source("setup.py")
    if setup is not None and bundle.source("pyproject.toml") is None:
        declared = [setup, *(s for s in (bundle.source("setup.cfg"),) if s is not None)]
        names = sorted(name for one in declared for name, _, _ in console_scripts(one))
        scripts = {"scripts": names} if names else {}
        yield _fact(setup, {"kind": "setup", "extras": []} | scripts | _version(setup, bundle))


def _version(manifest: Source, bundle: Bundle) -> dict[str, object]:
    """A source distribution carries the version that git gave it."""
    is_packed = bundle.source("PKG-INFO") is not None
    from_git = _FROM_GIT.search(manifest.text) and not is_packed
    return {"version_from": "git"} if from_git else {}


def _fact(source: Source, value: dict[str, object]) -> Fact:
    first = next((line.strip() for line in source.text.splitlines() if line.strip()), "")
    return Fact(Claim.MANIFEST, value, source.path, 1, first)


READER = Reader("manifest", read)
