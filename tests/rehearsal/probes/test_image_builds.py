"""image_builds, with the engine of this machine where there is one, and with a program that speaks
like one where the answer is what matters."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.rehearsal.probes.image_builds import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.rehearse import Selection, rehearse
from tests.rehearsal.build import make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

ENGINE = """#!/bin/sh
case "$1" in
    info) {info} ;;
    --version) echo podman version 5.0 ;;
    build) env > {log}; {build} ;;
    image) echo 1234567 ;;
    rmi) echo "$3" > {log}.removed ;;
esac
"""


def tried(tmp_path: Path, **files: str) -> Outcome:
    tree = tmp_path / "tree"
    tree.mkdir()
    return outcome_of(PROBE, make_shop_spec(), make_tree(tree, {"app.py": "pass\n", **files}))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, but for the tools of a shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "env"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(programs: Path, name: str, build: str, info: str = "exit 0") -> Path:
    log = programs.parent / "log"
    (programs / name).write_text(ENGINE.format(info=info, build=build, log=log))
    (programs / name).chmod(0o755)
    return log


def test_it_holds_when_the_build_ends_well_and_the_image_is_taken_away(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG")
    log = install(programs, "podman", "exit 0")
    outcome = tried(tmp_path, Dockerfile="FROM scratch\n")
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["engine"] == "podman 5.0"
    assert outcome.evidence["dockerfile"] == "Dockerfile"
    assert outcome.evidence["image_bytes"] == 1234567
    assert log.with_name("log.removed").read_text().startswith("localhost/opsready-rehearsal:")
    assert "AWS_SECRET_ACCESS_KEY" not in log.read_text()


def test_it_breaks_when_a_step_fails(tmp_path: Path, programs: Path) -> None:
    install(programs, "podman", "echo 'STEP 2: RUN false'; echo 'exit status 1'; exit 1")
    outcome = tried(tmp_path, Dockerfile="FROM scratch\nRUN false\n")
    assert outcome.result is Result.BROKE
    assert outcome.why == "the build failed: STEP 2: RUN false · exit status 1"


@pytest.mark.parametrize(
    "line",
    [
        "Error: pinging container registry registry-1.docker.io: dial tcp: lookup: no such host",
        "ERROR: failed to resolve source metadata for docker.io/library/python:3.12: i/o timeout",
        "WARNING: Retrying: Failed to establish a new connection: [Errno 101]",
    ],
)
def test_it_is_not_run_when_the_build_reaches_for_hosts_that_do_not_answer(
    tmp_path: Path, programs: Path, line: str
) -> None:
    install(programs, "podman", f"echo '{line}'; exit 125")
    outcome = tried(tmp_path, Dockerfile="FROM python:3.12\n")
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == f"the build reaches for hosts that do not answer from here: {line}"


def test_it_is_not_run_without_an_engine(tmp_path: Path, programs: Path) -> None:
    assert not_run(tmp_path) == (
        "no container engine on this machine: none of podman, buildah, docker is on PATH"
    )


def test_it_is_not_run_with_an_engine_that_does_not_work(tmp_path: Path, programs: Path) -> None:
    install(programs, "docker", "exit 0", info="echo Cannot connect; exit 1")
    assert not_run(tmp_path) == (
        "no container engine on this machine: docker does not work: Cannot connect"
    )


def not_run(tmp_path: Path) -> str:
    """The reason, as a rehearsal gives it."""
    pack = make_tree(tmp_path / "tree", {"Dockerfile": "FROM scratch\n"})
    proof = rehearse(make_shop_spec(), pack, Selection((PROBE.id,))).proofs[0]
    assert proof.result is Result.NOT_RUN
    return proof.why


def test_it_is_not_run_without_a_dockerfile(tmp_path: Path) -> None:
    outcome = tried(tmp_path)
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "there is no Dockerfile, in the tree or among what the hats write"


@pytest.fixture
def base_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The smallest image with a shell, made here: nothing is pulled."""
    podman, busybox, runc = (shutil.which(name) for name in ("podman", "busybox", "runc"))
    if not (podman and busybox and runc) or os.geteuid() != 0:
        pytest.skip("needs root with podman, runc and busybox")
    settings = tmp_path / "containers.conf"
    limits = '["nofile=1024:1024","nproc=1024:1024"]'
    settings.write_text(f'[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = {limits}\n')
    monkeypatch.setenv("CONTAINERS_CONF", str(settings))
    archive, name = tmp_path / "base.tar", f"localhost/opsready-test-base:{os.getpid()}"
    with tarfile.open(archive, "w") as tar:
        tar.add(busybox, "bin/busybox")
        shell = tarfile.TarInfo("bin/sh")
        shell.type, shell.linkname = tarfile.SYMTYPE, "busybox"
        tar.addfile(shell)
    made = subprocess.run([podman, "import", str(archive), name], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"podman does not work here: {made.stderr.decode()[-200:]}")
    yield name
    subprocess.run([podman, "rmi", "--force", name], capture_output=True, check=False)


def test_a_real_engine_builds_what_can_be_built_and_refuses_what_cannot(
    tmp_path: Path, base_image: str
) -> None:
    good = f"FROM {base_image}\nCOPY app.py /app.py\nRUN test -f /app.py\n"
    outcome = tried(tmp_path, Dockerfile=good)
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["image_bytes"] > 100_000
    images = subprocess.run(["podman", "images"], capture_output=True, check=True).stdout
    assert b"opsready-rehearsal" not in images

    (tmp_path / "tree" / "Dockerfile").write_text(good + "RUN test -f /missing.py\n")
    outcome = outcome_of(PROBE, make_shop_spec(), make_tree(tmp_path / "tree", {"b.py": "pass\n"}))
    assert outcome.result is Result.BROKE
    assert "test -f /missing.py" in outcome.why
