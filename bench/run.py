"""Measures what DESIGN §9 promises of speed, beside checkov, in one run: `make bench`.

Prints a table and writes nothing; `--write` refreshes the table in docs/benchmarks.md.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from measure import Command, NotMeasured, Timing, side_by_side
from slos import write_tests
from trees import build_mixed_tree, build_python_tree

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"
BIN = Path(sys.executable).parent
PEER = ROOT / ".cache" / "bench"
PYTHON_FILES = 1_000
# As their own pages say to run them over a tree, every file once; findings are no failure here.
_BY_HAND = """
find "$1" -name 'Dockerfile*' -exec "$0/hadolint" --no-fail {} +
"$0/zizmor" --quiet --offline --no-exit-codes --persona auditor "$1"
find "$1" -name '*.sh' -exec "$0/shellcheck" {} +
(cd "$1" && "$0/detect-secrets" scan --all-files --no-verify .)
if command -v terraform; then terraform fmt -check -recursive "$1"; fi
exit 0
"""


@dataclass(frozen=True)
class Goal:
    """A number to reach: at most so many seconds, and so many times faster than the peer."""

    what: str
    ours: Command
    at_most_s: float
    peer: Command | None = None
    times_faster: float = 1.0
    missing: str = ""
    runs: int | None = None
    """So many rounds, where the peer takes minutes."""


@dataclass(frozen=True)
class Figure:
    """What was measured for a goal."""

    goal: Goal
    ours: Timing | NotMeasured
    peer: Timing | NotMeasured | None

    @property
    def ratio(self) -> float | None:
        """How many times faster than the peer; None where one of the two is missing."""
        if isinstance(self.ours, Timing) and isinstance(self.peer, Timing):
            return self.peer.wall_s / self.ours.wall_s
        return None

    @property
    def is_missed(self) -> bool:
        """Whether a figure was measured and does not reach the goal."""
        slow = isinstance(self.ours, Timing) and self.ours.wall_s > self.goal.at_most_s
        return slow or (self.ratio is not None and self.ratio < self.goal.times_faster)


def main() -> int:
    """Returns 0, or 1 where a measured figure misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (default: 5)")
    parser.add_argument("--write", action="store_true", help=f"refresh {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = [_measured(goal, options.runs) for goal in goals(Path(work))]
    table = "\n".join(lines(figures, options.runs))
    print(table)
    if options.write:
        _refresh(table)
    return 1 if any(figure.is_missed for figure in figures) else 0


def goals(work: Path) -> Iterator[Goal]:
    """The numbers of DESIGN §9 that issue 2 asks for."""
    checkov = _install_checkov()
    yield Goal(
        "start-up",
        _opsready("opsready --version", "--version"),
        0.3,
        Command("checkov --version", (checkov, "--version")),
    )
    orders = ROOT / "examples" / "orders"
    yield Goal(
        "verdict from stored evidence",
        _opsready("opsready verdict examples/orders", "verdict", str(orders), answers=(0, 1, 3)),
        2.0,
        missing=""
        if (orders / ".opsready" / "evidence").is_dir()
        else "no evidence is stored; `make run` stores it",
    )
    mixed, modules = work / "mixed", work / "modules"
    build_mixed_tree(mixed, [orders, *_kinto()])
    yield Goal(
        f"review of {_count(mixed)} files, our own checks",
        _review(mixed, "--no-linters"),
        2.0,
        Command(
            "checkov --directory TREE",
            (checkov, "--directory", str(mixed), "--quiet", "--compact", "--skip-download"),
            answers=(0, 1),
        ),
        times_faster=10,
    )
    yield Goal(
        "the same with five linters beside",
        _review(mixed),
        4.0,
        Command("the five, one after another", ("/bin/sh", "-c", _BY_HAND, str(BIN), str(mixed))),
        times_faster=2,
        missing="" if (BIN / "hadolint").exists() else "the extra `linters` is not installed",
    )
    held = build_python_tree(modules, PYTHON_FILES)
    yield Goal(
        f"facts of {PYTHON_FILES:,} Python files ({held / 1e6:.1f} MB)",
        _opsready("opsready facts TREE", "facts", str(modules)),
        5.0,
    )
    yield from _alerting(work)


def _alerting(work: Path) -> Iterator[Goal]:
    """What DESIGN §9 promises of rules over time."""
    yield Goal(
        "1,000 SLOs × 30 days × 1 m, made and evaluated",
        Command("bench/slos.py", (sys.executable, str(ROOT / "bench" / "slos.py"))),
        10.0,
    )
    tests, promtool = write_tests(work / "slo"), shutil.which("promtool") or "promtool"
    yield Goal(
        "rule tests of one SLO, 30 days at 1 m",
        _opsready("opsready test-rules FILE", "test-rules", str(tests), answers=(0, 1)),
        1.0,
        Command("promtool test rules FILE", (promtool, "test", "rules", str(tests)), (0, 1)),
        times_faster=300,
        runs=1,
    )


def lines(figures: list[Figure], runs: int) -> Iterator[str]:
    """The table as Markdown, led by the machine in general terms, followed by what is missing."""
    yield (
        f"Measured {date.today()} on {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}; medians of {runs} runs, side by side."
    )
    yield ""
    yield "| what | command | seconds | processor seconds | goal | reached |"
    yield "|---|---|---:|---:|---|---|"
    for figure in figures:
        yield _row(figure.goal.what, figure.goal.ours, figure.ours, _goal(figure))
        if figure.goal.peer is not None and figure.peer is not None:
            ratio = f"{figure.ratio:.0f} times slower" if figure.ratio else ""
            yield _row("", figure.goal.peer, figure.peer, f"| {ratio}")
    yield ""
    for figure in figures:
        pairs = ((figure.goal.ours, figure.ours), (figure.goal.peer, figure.peer))
        for command, timing in pairs:
            if command is not None and isinstance(timing, NotMeasured):
                yield f"Not measured: `{command.shown}`: {timing.why}."


def _goal(figure: Figure) -> str:
    goal = f"≤ {figure.goal.at_most_s:g} s"
    if figure.goal.times_faster > 1:
        goal += f", {figure.goal.times_faster:g} times faster"
    partly = isinstance(figure.ours, NotMeasured) or isinstance(figure.peer, NotMeasured)
    reached = "**no**" if figure.is_missed else "not known" if partly else "yes"
    return f"{goal} | {reached}"


def _row(what: str, command: Command, timing: Timing | NotMeasured, rest: str) -> str:
    if isinstance(timing, Timing):
        shown = f"{timing.wall_s:.2f} | {timing.cpu_s:.2f}"
    else:
        shown = "not measured |"
    return f"| {what} | `{command.shown}` | {shown} | {rest} |"


def _measured(goal: Goal, runs: int) -> Figure:
    print(f"measuring {goal.what} …", file=sys.stderr, flush=True)
    if goal.missing:
        return Figure(goal, NotMeasured(goal.missing), None)
    commands = [goal.ours, *([goal.peer] if goal.peer is not None else [])]
    ours, *peer = side_by_side(commands, goal.runs or runs)
    return Figure(goal, ours, peer[0] if peer else None)


def _review(tree: Path, *options: str) -> Command:
    shown = " ".join(("opsready review TREE", *options))
    return _opsready(shown, "review", str(tree), *options, answers=(0, 1))


def _opsready(shown: str, *arguments: str, answers: tuple[int, ...] = (0,)) -> Command:
    return Command(shown, (str(BIN / "opsready"), *arguments), answers)


def _install_checkov() -> str:
    """In an environment of its own: it pins much that we do not. Where that fails, the figures
    beside it are missing, and said so when the command does not start."""
    uv, program = str(BIN / "uv"), PEER / "bin" / "checkov"
    if not program.exists():
        print("installing checkov into .cache/bench …", file=sys.stderr, flush=True)
        venv = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(PEER)]
        install = [uv, "pip", "install", "--quiet", "--python", str(PEER), "--group", "bench"]
        subprocess.run(venv, cwd=ROOT, check=True)
        subprocess.run(install, cwd=ROOT, check=False)
    return str(program)


def _kinto() -> list[Path]:
    """Kinto's source, or nothing where it cannot be fetched: the tree is then filled with more of
    the rest, and the count in the table tells."""
    into = ROOT / ".cache" / "kinto"
    fetched = subprocess.run([str(ROOT / "scripts" / "fetch-kinto"), str(into)], cwd=ROOT)
    return [into] if fetched.returncode == 0 else []


def _count(tree: Path) -> int:
    return sum(1 for path in tree.rglob("*") if path.is_file())


def _refresh(table: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, marker, after = rest.partition(END)
    if not marker:
        raise SystemExit(f"{PAGE.relative_to(ROOT)} has lost its markers {START} … {END}")
    PAGE.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
