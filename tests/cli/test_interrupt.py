"""Ctrl-C, and what a supervisor sends, while a service runs: the right code, and nothing left."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.answer import OPSREADY
from tests.cli.trees import plant_shop
from tests.rehearsal.conftest import processes_of, stages

__all__ = ["stages"]


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "opsready: interrupted; nothing was left running\n"),
        (signal.SIGTERM, 143, ""),
    ],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_a_service_that_was_started_is_stopped_and_its_folder_removed(
    tmp_path: Path, stages: Path, number: signal.Signals, code: int, said: str
) -> None:
    """It is never ready, so that the signal surely comes while it is waited for."""
    root = plant_shop(tmp_path / "tree", "never_ready", startup_s=200)
    process = subprocess.Popen(
        [*OPSREADY, "rehearse", str(root), "--only", "service_starts_healthy"],
        env={**os.environ, "TMPDIR": str(stages)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "starting the service" in line:
            break
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out) == (code, "")
    assert err.lstrip().endswith(said)
    assert "Traceback" not in err
    assert processes_of(stages) == []
    assert list(stages.iterdir()) == []
