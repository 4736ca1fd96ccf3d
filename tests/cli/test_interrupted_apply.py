"""Ctrl-C, and kill -9, in the middle of a real apply: nothing of a person's is touched, nothing is
left running, and what is run again ends as if nothing had been."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.cli.answer import OPSREADY
from tests.cli.trees import plant
from tests.hats.written.packs import snapshot
from tests.rehearsal.build import infrastructure
from tests.rehearsal.conftest import processes_of, stages

__all__ = ["stages"]

pytestmark = [
    pytest.mark.xdist_group("terraform"),
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform"),
]

PROBE = "terraform_plans_and_applies"
# What a person's own Terraform left in the tree: no rehearsal may read it, or write to it.
STATE = {"deploy/terraform/service/terraform.tfstate": "the state of production\n"}
SPEC = {"opsready.yaml": "service:\n  name: shop\n"}
WITHIN_S = 300


@contextmanager
def applying(root: Path, stages: Path) -> Iterator["subprocess.Popen[str]"]:
    """A rehearsal whose Terraform applies what the service stands on, and waits for it."""
    process = subprocess.Popen(
        [*OPSREADY, "rehearse", str(root), "--only", PROBE],
        env={**os.environ, "TMPDIR": str(stages)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + WITHIN_S
        while not _applies(process) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def _applies(process: "subprocess.Popen[str]") -> bool:
    try:
        children = psutil.Process(process.pid).children()
        return any(child.cmdline()[1:2] + child.cmdline()[-1:] == APPLY for child in children)
    except psutil.Error:
        return False


APPLY = ["apply", "data.tfplan"]


def test_an_apply_that_is_interrupted_leaves_nothing_and_is_run_again(
    tmp_path: Path, stages: Path
) -> None:
    root = plant(tmp_path / "tree", {**infrastructure(), **STATE, **SPEC})
    before = snapshot(root)

    with applying(root, stages) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.endswith("opsready: interrupted; nothing was left running\n")
    assert "Traceback" not in err
    assert processes_of(stages) == []
    assert list(stages.iterdir()) == []
    assert snapshot(root) == before

    with applying(root, stages) as process:
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert processes_of(stages) != [], "nobody was there to end them"
    assert snapshot(root) == before

    again = subprocess.run(
        [*OPSREADY, "rehearse", str(root), "--only", PROBE, "--format", "json"],
        env={**os.environ, "TMPDIR": str(stages)},
        capture_output=True,
        text=True,
    )
    (proof,) = json.loads(again.stdout)["proofs"]
    assert (again.returncode, proof["result"], proof["why"]) == (0, "held", "")
    assert proof["evidence"]["rolled_back"]["made_like"] == "shop:1"
    assert processes_of(stages) == []
    assert list(stages.iterdir()) == []
    assert {p: t for p, t in snapshot(root).items() if not p.startswith(".opsready")} == before
