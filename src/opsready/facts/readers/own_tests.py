"""How the tree's own tests are run: what names pytest, and what installs it with its plugins."""

import re
from collections.abc import Iterator, Mapping

from opsready.documents.pyproject import Pyproject
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle

# pytest and its plugins, as a requirement begins: `pytest>=9`, `pytest-xdist`.
_REQUIRED = re.compile(r"^\s*pytest(?:[-_][\w-]+)?(?![\w-])", re.IGNORECASE | re.MULTILINE)
# Anywhere but in a comment or in another word, such as `flake8-pytest-style`.
_NAMED = re.compile(r"^(?!\s*[#;]).*?(?<![\w-])pytest(?![\w])", re.MULTILINE)
_SETTINGS = ("tox.ini", "setup.cfg", "pytest.ini")
_RUNNER = "pytest"


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact, at the first place that names it; none for a tree whose tests nothing names."""
    project = bundle.document("pyproject.toml", Pyproject)
    extras = _naming(project.optional) if project is not None and project.is_package else []
    groups = _naming(project.groups) if project is not None else []
    files = [s for s in bundle.of_kind(Kind.REQUIREMENTS) if _REQUIRED.search(s.text)]
    installs = {"extras": extras, "groups": groups, "requirements": [s.path for s in files]}
    written = [bundle.source(path) for path in ("pyproject.toml", *_SETTINGS)]
    for source in [*written, *files]:
        named = _NAMED.search(source.text) if source is not None else None
        if source is not None and named is not None:
            line = source.text.count("\n", 0, named.end()) + 1
            quote = source.text.splitlines()[line - 1].strip()
            yield Fact(Claim.TESTS, {"runner": _RUNNER, **installs}, source.path, line, quote)
            return


def _naming(lists: Mapping[str, tuple[str, ...]]) -> list[str]:
    return sorted(name for name, needs in lists.items() if any(map(_REQUIRED.match, needs)))


READER = Reader("own_tests", read)
