"""Rows of commands that read a tree: start-up, the verdict, the review, the facts."""

from bench.figures import Figure
from bench.ground import BIN, ORDERS, PYTHON_FILES, Ground, opsready
from bench.measure import Command
from bench.row import Row, alone, beside, missing
from bench.trees import MIXED_FILES

# As their own pages say to run them over a tree, every file once; findings are no failure here.
_BY_HAND = """
find "$1" -name 'Dockerfile*' -exec "$0/hadolint" --no-fail {} +
"$0/zizmor" --quiet --offline --no-exit-codes --persona auditor "$1"
find "$1" -name '*.sh' -exec "$0/shellcheck" {} +
(cd "$1" && "$0/detect-secrets" scan --all-files --no-verify .)
if command -v terraform; then terraform fmt -check -recursive "$1"; fi
exit 0
"""
_CHECKOV_REMEDY = "a package index must be reachable once"


def _start_up(ground: Ground, runs: int) -> Figure:
    checkov = Command("checkov --version", (ground.checkov, "--version"), remedy=_CHECKOV_REMEDY)
    ours = opsready("opsready --version", "--version")
    return beside(ours, checkov, runs, most_s=0.3)


def _verdict(_: Ground, runs: int) -> Figure:
    shown = "opsready verdict examples/orders"
    ours = opsready(shown, "verdict", str(ORDERS), answers=(0, 1, 3))
    if not (ORDERS / ".opsready" / "evidence").is_dir():
        return missing(ours, 2.0, "no evidence is stored; `make run` stores it")
    return alone(ours, 2.0, runs)


def _review(ground: Ground, runs: int) -> Figure:
    quiet = ("--quiet", "--compact", "--skip-download")
    arguments = (ground.checkov, "--directory", str(ground.mixed), *quiet)
    checkov = Command("checkov --directory TREE", arguments, (0, 1), _CHECKOV_REMEDY)
    ours = _reviewing(ground, "--no-linters")
    return beside(ours, checkov, runs, most_s=2.0, times=10)


def _linters(ground: Ground, runs: int) -> Figure:
    ours = _reviewing(ground)
    if not (BIN / "hadolint").exists():
        why = "the extra `linters` is not installed; `make setup` installs it"
        return missing(ours, 4.0, why)
    tree = str(ground.mixed)
    peer = Command("the five, one after another", ("/bin/sh", "-c", _BY_HAND, str(BIN), tree))
    return beside(ours, peer, runs, most_s=4.0, times=2)


def _facts(ground: Ground, runs: int) -> Figure:
    ours = opsready("opsready facts TREE", "facts", str(ground.modules))
    return alone(ours, 5.0, runs)


def _reviewing(ground: Ground, *options: str) -> Command:
    shown = " ".join(("opsready review TREE", *options))
    return opsready(shown, "review", str(ground.mixed), *options, answers=(0, 1))


READING = (
    Row("start-up", "start-up", 15, _start_up),
    Row("verdict", "verdict from stored evidence", 8, _verdict),
    Row("review", f"review of {MIXED_FILES} files, our own checks", 65, _review),
    Row("linters", "the same with five linters beside", 25, _linters),
    Row("facts", f"facts of {PYTHON_FILES:,} Python files", 18, _facts),
)
