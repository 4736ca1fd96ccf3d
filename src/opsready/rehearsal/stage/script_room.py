"""A checkout in which the scripts of a pipeline run, as on the machine of a code host."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opsready.rehearsal.stage.environment import SYSTEM_PATH
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.rehearsal.stage.working_copy import copy_tree

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

# What the scripts call besides Terraform, and what every machine has.
_NEEDED = ("bash", "git", "curl", "sha256sum", "awk")
# The longest step applies the whole of the infrastructure for the first time.
_STEP_S = 900
_NOBODY = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost")


class ScriptRoom:
    """A copy of the tree under git; nothing of the user's environment reaches what runs in it.
    Raises CannotStage where a program is missing."""

    def __init__(self, stage: "Stage", terraform: Path, environment: Mapping[str, str]) -> None:
        self.tree = stage.directory / "checkout"
        self._stage = stage
        programs = _programs(stage.directory / "programs", terraform)
        home = stage.directory / "runner-home"
        home.mkdir()
        self.environment = {
            **environment,
            "PATH": f"{programs}:{SYSTEM_PATH}",
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
        }
        copy_tree(stage.pack.bundle.root, self.tree, stage.pack.written)
        self.commit("what is rehearsed")

    def commit(self, message: str) -> str:
        """Takes the tree as it is now; the id of the commit."""
        git = ("git", *_NOBODY)
        for words in (
            ("git", "init", "--quiet"),
            ("git", "add", "--all"),
            (*git, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message),
        ):
            self._done(words)
        return self._done(("git", "rev-parse", "HEAD")).told(1)

    def run(self, words: Sequence[str], given: Mapping[str, str]) -> Process:
        """One step, from the root of the checkout; its exit code and output are on the result."""
        environment = {**self.environment, **given}
        command = Command("step", list(words), self.tree, environment, self._stage.name)
        try:
            return run_to_end(command, _STEP_S)
        except NoSuchCommand as missing:
            raise CannotStage(str(missing)) from None

    def _done(self, words: Sequence[str]) -> Process:
        ended = self.run(words, {})
        if ended.exit_code != 0:
            raise CannotStage(f"`{' '.join(words)}` failed: {ended.fault or ended.told()}")
        return ended


def _programs(folder: Path, terraform: Path) -> Path:
    """A folder with the tools of the scripts that do not come with the system."""
    for name in _NEEDED:
        if shutil.which(name, path=SYSTEM_PATH) is None:
            raise CannotStage(f"the scripts of the pipeline call {name}, which is not here")
    folder.mkdir()
    for name, program in {
        "terraform": terraform,
        "aws": find_aws(),
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
