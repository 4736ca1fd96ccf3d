"""Debian's promtool as an oracle of rule tests."""

import json
import re
import shutil
import subprocess
from pathlib import Path

TOOL = shutil.which("promtool")
KNOWN = "2.42"


def version() -> str:
    """The version of promtool on PATH, as `2.42`; '' where there is none."""
    if TOOL is None:
        return ""
    said = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True)
    words = (said.stdout or said.stderr).split()
    return ".".join(words[words.index("version") + 1].split(".")[:2])


def said_of(tests: Path) -> tuple[bool, str]:
    """Whether promtool passes a test file, and what it says."""
    assert TOOL is not None
    ran = subprocess.run([TOOL, "test", "rules", str(tests)], capture_output=True, text=True)
    return ran.returncode == 0, ran.stdout + ran.stderr


_ALERT = re.compile(
    r"alertname: (\S+), time: (\S+), \n\s+exp:.*?\n\s+got:(.*?)\n(?=    \w|\Z)", re.S
)


def alerts_at(said: str) -> dict[tuple[str, str], str]:
    """What promtool got of each failing question: by alert and time, spaces squeezed."""
    return {
        (name, at): " ".join(got.split()) for name, at, got in _ALERT.findall(said + "\n\n    x")
    }


_EXPR = re.compile(r"expr: (\"(?:\\.|[^\"\\])*\"), time: (\S+),\n\s+exp: .*?\n\s+got: (.*?)\n")
_VALUE = re.compile(r"(?<=\} )([-+]?[0-9.]+E[-+][0-9]+|[-+]Inf|NaN)")


def exprs_at(said: str) -> dict[tuple[str, str], str]:
    """What promtool got of each failing expression, every value with the same digits."""
    return {
        (json.loads(expr), at): _VALUE.sub(lambda v: f"{float(v[0]):.17E}", got).replace("nil", "")
        for expr, at, got in _EXPR.findall(said)
    }
