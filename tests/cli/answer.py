"""What one command line answered, and how to ask it as a user does."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.cli.main import run_command

OPSREADY = (sys.executable, "-m", "opsready")


@dataclass(frozen=True)
class Answer:
    """Exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The first line of standard error."""
        return self.err.partition("\n")[0]

    def fields(self, command: str) -> dict[str, Any]:
        """The JSON object of standard output, which must be one and name its schema."""
        read = json.loads(self.out, parse_constant=_no_json)
        assert isinstance(read, dict)
        assert next(iter(read.items())) == ("schema", f"opsready/{command}/1")
        return read


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def call(*arguments: object) -> Answer:
    """One command line in this process, for what needs none of its own."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([str(argument) for argument in arguments])
    return Answer(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    held = stream.buffer
    assert isinstance(held, io.BytesIO)
    return held.getvalue().decode()


def ask(*arguments: object, cwd: Path | None = None, **variables: str) -> Answer:
    """One command line in a process of its own; `variables` are added to the environment."""
    ran = subprocess.run(
        [*OPSREADY, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
