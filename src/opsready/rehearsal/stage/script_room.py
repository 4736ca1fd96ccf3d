"""A checkout in which the scripts of a pipeline run, as on the machine of a code host."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opsready.rehearsal.stage.environment import SYSTEM_PATH
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.standing_aws import stand_for_aws
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.rehearsal.stage.working_copy import copy_tree

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

# What the scripts call besides Terraform, and what every machine has.
_NEEDED = ("bash", "git", "curl", "sha256sum", "awk")
# The longest step applies the whole of the infrastructure for the first time.
_STEP_S = 900
# What steps leave behind where a tree has no .gitignore for it.
_NOT_THE_TREES = ".terraform/\n.release*/\n"
_NOBODY = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost")


class Checkout:
    """A tree under git in which steps run; nothing of the user's environment reaches them."""

    def __init__(self, tree: Path, environment: Mapping[str, str], mark: str) -> None:
        self.tree = tree
        self.environment = dict(environment)
        self.mark = mark

    def commit(self, message: str) -> str:
        """Takes the tree as it is now; the id of the commit."""
        git = ("git", *_NOBODY)
        self.done("git", "add", "--all")
        self.done(*git, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)
        return self.done("git", "rev-parse", "HEAD").told(1)

    def run(self, words: Sequence[str], given: Mapping[str, str]) -> Process:
        """One step, from the root of the checkout; its exit code and output are on the result."""
        environment = {**self.environment, **given}
        command = Command("step", list(words), self.tree, environment, self.mark)
        try:
            return run_to_end(command, _STEP_S)
        except NoSuchCommand as missing:
            raise CannotStage(str(missing)) from None

    def done(self, *words: str) -> Process:
        """A command that must succeed. Raises CannotStage."""
        ended = self.run(words, {})
        if ended.exit_code != 0:
            raise CannotStage(f"`{' '.join(words)}` failed: {ended.fault or ended.told()}")
        return ended


class ScriptRoom(Checkout):
    """A copy of the tree, where a release is planned and applied. Raises CannotStage where a
    program is missing."""

    def __init__(self, stage: "Stage", terraform: Path, environment: Mapping[str, str]) -> None:
        self._folder = stage.directory
        programs = _programs(stage.directory / "programs", terraform)
        home = stage.directory / "runner-home"
        home.mkdir()
        given = {
            **environment,
            "PATH": f"{programs}:{SYSTEM_PATH}",
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
        }
        super().__init__(stage.directory / "checkout", given, stage.name)
        if stand_for_aws(programs / "aws", given, stage.name) is None:
            (programs / "aws").symlink_to(find_aws())
        copy_tree(stage.pack.bundle.root, self.tree, stage.pack.written)
        self.done("git", "init", "--quiet")
        (self.tree / ".git" / "info" / "exclude").write_text(_NOT_THE_TREES, encoding="utf-8")
        self.commit("what is rehearsed")

    def beside(self, name: str) -> Checkout:
        """Another checkout of the present commit, as on a machine of its own."""
        folder = self._folder / name
        self.done("git", "worktree", "add", "--quiet", "--detach", str(folder), "HEAD")
        return Checkout(folder, self.environment, f"{self.mark}/{name}")

    def take(self, commit: str) -> None:
        """From now on the tree is that of a commit."""
        self.done("git", "checkout", "--quiet", "--detach", commit)


def _programs(folder: Path, terraform: Path) -> Path:
    """A folder with the tools of the scripts that do not come with the system."""
    for name in _NEEDED:
        if shutil.which(name, path=SYSTEM_PATH) is None:
            raise CannotStage(f"the scripts of the pipeline call {name}, which is not here")
    folder.mkdir()
    for name, program in {
        "terraform": terraform,
        "python3": Path(sys.executable),
    }.items():
        (folder / name).symlink_to(program)
    return folder


def find_aws() -> Path:
    """AWS's command line: beside our own Python, as the extra installs it, else on PATH."""
    beside = Path(sys.executable).with_name("aws")
    on_path = shutil.which("aws")
    if beside.is_file() and os.access(beside, os.X_OK):
        return beside
    if on_path is None:
        raise CannotStage("no aws command line here: pip install 'opsready[rehearse]'")
    return Path(on_path)
