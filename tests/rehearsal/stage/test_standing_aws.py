"""AWS's command line that stands: each call has the words, folder and environment of its caller."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.rehearsal.stage import standing_aws
from opsready.rehearsal.stage.standing_aws import stand_for_aws

BARE = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    program = tmp_path_factory.mktemp("aws") / "aws"
    standing = stand_for_aws(program, BARE, "standing-aws-of-a-test")
    if standing is None:
        pytest.skip("no awscli beside this Python")
    try:
        yield program
    finally:
        standing.kill()


def called(program: Path, *words: str, cwd: Path, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [program, *words],
        cwd=cwd,
        env=BARE | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_call_reads_its_callers_environment_and_folder(aws: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("[default]\nregion = eu-north-1\n")
    words = ("configure", "get", "region")
    assert called(aws, *words, cwd=tmp_path, AWS_CONFIG_FILE="settings") == (0, "eu-north-1\n")
    assert called(aws, *words, cwd=tmp_path) == (1, "")


def test_a_call_that_fails_ends_as_the_program_ends(aws: Path, tmp_path: Path) -> None:
    code, told = called(aws, "ecs", "no-such-operation", cwd=tmp_path)
    assert (code, "Invalid choice" in told or "invalid choice" in told) == (2, True)


def test_without_the_package_nothing_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(standing_aws, "find_spec", lambda _: None)
    assert stand_for_aws(tmp_path / "aws", BARE, "none") is None
