"""image_builds, with the engine of this machine where there is one, and with a program that speaks
like one where the answer is what matters."""

import json
import shutil
from pathlib import Path

import pytest

from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.probes.image_builds import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.rehearse import Selection, rehearse
from opsready.rehearsal.stage.base_image import STAND_IN
from opsready.rehearsal.stage.engine import Engine, find_engine
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.trouble import CannotStage
from tests.rehearsal.build import SHOP, make_shop_spec, make_tree, outcome_of

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


def test_an_engine_that_runs_nothing_shows_only_that_it_builds(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG")
    log = install(programs, "buildah", "exit 0")
    outcome = tried(tmp_path, Dockerfile="FROM scratch\n")
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "it builds, and buildah runs no images"
    assert outcome.evidence["dockerfile"] == "Dockerfile"
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


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One that runs the base image which `make tools` made here: nothing is pulled."""
    try:
        found = find_engine("opsready-test")
    except CannotStage as why:
        pytest.skip(str(why))
    ran = found.run(["run", "--rm", "--pull=never", STAND_IN, "true"])
    if ran.exit_code != 0:
        pytest.skip(f"{found.name} runs no {STAND_IN} (`make tools` makes it): {ran.told(1)}")
    return found


ASKED = (
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/live')"
)
HEALTH = f"HEALTHCHECK CMD {json.dumps(['python', '-c', ASKED])}"
GOOD = f"""\
FROM {STAND_IN}
WORKDIR /app
COPY shop.py .
RUN chmod 0777 /app
USER 10001:10001
{HEALTH}
CMD ["python", "shop.py"]
"""


def run_of(tree: Path, definition: str, *faults: str) -> Outcome:
    """What the probe says of the shop in an image of that definition."""
    pack = make_tree(tree, {"shop.py": SHOP, "Dockerfile": definition})
    return outcome_of(PROBE, make_shop_spec(*faults, database=True), pack)


def left_of(engine: Engine, stage: str) -> str:
    """Containers and images of a stage; other tests may be at work beside this one."""
    containers = engine.run(["ps", "--all", "--format", "{{.Names}}"]).log.text
    images = engine.run(["images", "--format", "{{.Repository}}:{{.Tag}}"]).log.text
    return "".join(line for line in (containers + images).splitlines() if stage in line)


def test_an_image_that_is_as_it_should_be_holds(tmp_path: Path, engine: Engine) -> None:
    pack = make_tree(tmp_path, {"shop.py": SHOP, "Dockerfile": GOOD})
    spec = make_shop_spec(database=True)
    with Stage(spec, pack, lambda _: None) as stage:
        outcome = PROBE.run(Rehearsal(spec, pack, stage))
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    figures = ("user_ids", "health_check", "requests", "as_expected", "stop_signal", "exit_code")
    assert {name: outcome.evidence[name] for name in figures} == {
        "user_ids": [10001],
        "health_check": "healthy",
        "requests": 1,
        "as_expected": 1,
        "stop_signal": "SIGTERM",
        "exit_code": 0,
    }
    assert outcome.evidence["base"] == {"named": None, "used": None, "stands_in": False}
    assert left_of(engine, stage.name) == ""


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("USER 10001:10001\n", "", "it runs as root"),
        (f"{HEALTH}\n", "", "it has no health check, and the code has a route for one"),
        (HEALTH, "HEALTHCHECK CMD false", "its health check never passed: exit code 1"),
        (
            '["python", "shop.py"]',
            "true && python shop.py",
            "still running 5 s after SIGTERM: it is killed",
        ),
        (
            '["python", "shop.py"]',
            "touch started && exec python shop.py",
            "it writes to its own files, and does not start where it must not: ended with exit "
            "code 1; it printed: touch: cannot touch 'started': Read-only file system",
        ),
        (
            '["python", "shop.py"]',
            '["python", "missing.py"]',
            "it does not start: ended with exit code 2; it printed: python: can't open file "
            "'/app/missing.py': [Errno 2] No such file or directory",
        ),
    ],
    ids=["root", "no health check", "unhealthy", "deaf shell", "writes", "does not start"],
)
def test_an_image_that_is_not_breaks(tmp_path: Path, before: str, after: str, why: str) -> None:
    assert before in GOOD
    spec = make_shop_spec(health={"startup_s": 8})
    pack = make_tree(tmp_path, {"shop.py": SHOP, "Dockerfile": GOOD.replace(before, after)})
    outcome = outcome_of(PROBE, spec, pack)
    assert (outcome.result, outcome.why) == (Result.BROKE, why)


@pytest.mark.usefixtures("engine")
def test_a_request_that_writes_where_it_must_not_is_named(tmp_path: Path) -> None:
    writes = SHOP.replace("time.sleep(0.02)", 'open("seen", "w").close()')
    pack = make_tree(tmp_path, {"shop.py": writes, "Dockerfile": GOOD})
    outcome = outcome_of(PROBE, make_shop_spec(), pack)
    assert outcome.result is Result.BROKE
    why = "it writes to its own files, and where it must not: list orders: GET /orders: lost"
    assert outcome.why == why


@pytest.mark.usefixtures("engine")
def test_what_comes_before_the_start_runs_in_the_image(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"shop.py": SHOP, "Dockerfile": GOOD})
    spec = make_shop_spec(runtime={"prepare": [["cat", "schema.sql"]]})
    outcome = outcome_of(PROBE, spec, pack)
    assert outcome.result is Result.BROKE
    assert outcome.why == (
        "`cat schema.sql` failed in it, exit code 1: cat: schema.sql: No such file or directory"
    )


@pytest.mark.usefixtures("engine")
def test_a_base_that_cannot_be_had_is_stood_in_for_and_the_evidence_says_so(tmp_path: Path) -> None:
    named = GOOD.replace(f"FROM {STAND_IN}", "ARG BASE=nowhere.invalid/python:1\nFROM ${BASE}")
    held = run_of(tmp_path, named)
    assert (held.result, held.why) == (Result.HELD, "")
    assert held.evidence["base"] == {
        "named": "nowhere.invalid/python:1",
        "used": STAND_IN,
        "stands_in": True,
    }
    failed = run_of(tmp_path, named.replace("USER", "RUN false\nUSER"))
    assert failed.result is Result.NOT_RUN
    start = f"the build failed on {STAND_IN}, which stands in for nowhere.invalid/python:1: "
    assert failed.why.startswith(start)


@pytest.mark.usefixtures("engine")
def test_a_real_engine_refuses_what_cannot_be_built(tmp_path: Path) -> None:
    outcome = run_of(tmp_path, GOOD + "RUN test -f /missing.py\n")
    assert outcome.result is Result.BROKE
    assert "test -f /missing.py" in outcome.why
