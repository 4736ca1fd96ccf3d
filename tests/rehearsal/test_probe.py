"""What a proof depends on: files by their globs, and sections of the spec as it was decided."""

import hashlib
from typing import Any

import pytest

from opsready.hats.pack import Artifact, Pack
from opsready.rehearsal.probe import SERVICE_FILES, Probe
from opsready.rehearsal.proof import held
from tests.build import make_bundle, make_spec


def depends_on(reads: tuple[str, ...], files: dict[str, str], *sections: str, **spec: Any) -> Any:
    probe = Probe("p", "p", reads, sections, lambda _: held({}))
    return probe.depends_on(make_spec(**spec), Pack(make_bundle(files)))


FILES = {
    "app/main.py": "1",
    "pyproject.toml": "2",
    "README.md": "3",
    "docs/operations/slo.md": "4",
    "tests/test_main.py": "5",
    "monitoring/alerts.yml": "6",
    "features/order.feature": "7",
    "deploy/pipeline/apply": "9",
    ".github/workflows/deploy.yml": "10",
    ".opsready/observed.json": "8",
}


@pytest.mark.parametrize(
    ("reads", "paths"),
    [
        (("*.py",), ["app/main.py", "tests/test_main.py"]),
        (("*.py", "!tests/*"), ["app/main.py"]),
        (("monitoring/*",), ["monitoring/alerts.yml"]),
        (SERVICE_FILES, ["app/main.py", "pyproject.toml"]),
        (("*",), sorted(path for path in FILES if not path.startswith(".opsready/"))),
    ],
)
def test_globs_cross_folders_and_one_with_a_mark_takes_away(
    reads: tuple[str, ...], paths: list[str]
) -> None:
    assert list(depends_on(reads, FILES)) == paths


def test_a_file_is_known_by_the_digest_of_its_bytes() -> None:
    digest = hashlib.sha256(b"1").hexdigest()
    assert depends_on(("app/*",), FILES) == {"app/main.py": digest}


def test_what_the_hats_write_counts_like_any_file() -> None:
    pack = Pack(make_bundle({"app.py": "1"})).merged_with(
        [Artifact("Dockerfile", "FROM scratch\n", "ops-engineer", "builds it")]
    )
    probe = Probe("p", "p", ("Dockerfile",), (), lambda _: held({}))
    digest = hashlib.sha256(b"FROM scratch\n").hexdigest()
    assert probe.depends_on(make_spec(), pack) == {"Dockerfile": digest}


def test_a_section_counts_as_it_was_decided_but_for_words_to_people() -> None:
    def digest(**health: Any) -> str:
        return str(depends_on((), {"a.py": ""}, "health", health=health)["opsready.yaml#health"])

    assert digest(timeout_s=5) != digest(timeout_s=6)
    assert digest(timeout_s=5, healthy=["/ready answers 200 in 3 ms"]) == digest(timeout_s=5)
