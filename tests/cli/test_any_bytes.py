"""Whatever bytes a tree holds, in whatever kind of file, a reading command ends as designed."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from opsready.review.catalog import CHECKS
from opsready.review.page import page_of
from tests.cli.answer import call

# One file of every kind that `sources/kinds.py` knows by its path.
PATHS = [
    ".env",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".haiku/intents/shop/intent.md",
    ".haiku/intents/shop/stages/operations/units/unit-01-a.md",
    ".haiku/settings.yml",
    ".opsready/observed.json",
    "Dockerfile",
    "Makefile",
    "Procfile",
    "README.md",
    "app.py",
    "build.gradle",
    "compose.yaml",
    "deploy.sh",
    "deploy/k8s.yaml",
    "docs/index.rst",
    "go.mod",
    "grafana.json",
    "gunicorn.conf.py",
    "main.tf",
    "openapi.yaml",
    "opsready.yaml",
    "package.json",
    "pom.xml",
    "prod.tfvars",
    "pyproject.toml",
    "requirements.txt",
    "settings.ini",
    "shop.feature",
    "shop.rules.yml",
]
# What has a meaning somewhere: openers without closers, references, figures at the edge, words
# that a parser takes for something else, and what steers a terminal.
_SPARKS = """
{ } [ ] ( ) : - # ` ``` $ ${ ${{ }} % @ ! & * &a *a << <<: | > ~ null .nan .inf -1 0 1e999 0x1f
1_000 1:2:3 2024-99-99 5m 99.99% p95 on: true --- ... :: // == => f" \\N{x} \\ud800 "\\ud800" ' "
<<EOF EOF FROM RUN CMD ENV apiVersion: groups: rules: expr: route: receivers: panels services:
\x1b[31m \u2028 \r \x0b \x85 \ufeff \u202e é \U0001f600
"""
SPARKS = _SPARKS.split(" ")


def examples() -> list[tuple[str, str]]:
    """Path and text of every file on the pages of the checks."""
    pages = [page_of(check.find.__module__) for check in CHECKS]
    sections = [page.section(part) for page in pages if page for part in ("Bad", "Good")]
    fences = [token for section in sections for token in MarkdownIt().parse(section)]
    named = [(token.info.split()[-1], token.content) for token in fences if token.info]
    return [(path, text) for path, text in named if path != "finding"]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """An example with sparks thrown in, pieces cut out, and pieces of another put in."""
    path, text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        upto = min(len(text), at + draw(st.integers(0, 30)))
        _, other = draw(st.sampled_from(EXAMPLES))
        start = draw(st.integers(0, len(other)))
        piece = draw(st.sampled_from([*SPARKS, "", other[start : start + 200]]))
        text = text[:at] + piece + text[upto:]
    return path, text.encode()


EXAMPLES = examples()
GARBAGE = st.tuples(
    st.sampled_from(PATHS),
    st.binary(max_size=300)
    | st.lists(st.sampled_from([*SPARKS, "\n", "  ", "a"]), max_size=60).map(
        lambda sparks: " ".join(sparks).encode()
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(GARBAGE | mutated(), min_size=1, max_size=4))
def test_no_bytes_make_a_reading_command_fail(files: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path, content in files:
            target = Path(folder, path)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        facts = call("facts", folder, "--format", "json")
        assert (facts.code, facts.err) == (0, "")
        facts.fields("facts")
        review = call("review", folder, "--format", "json")
        if review.code == 2:  # opsready.yaml is a person's word, and refused where it is broken
            assert review.err.startswith("opsready: opsready.yaml:")
            return
        assert (review.code in {0, 1}, review.err) == (True, "")
        not_run = review.fields("review")["not_run"]
        assert [one for one in not_run if "internal error" in one["why"]] == []
