"""What a tree was at an earlier commit, read without letting the tree run anything.

A tree may be hostile, and `git diff`, `git log` and `git checkout` run what its configuration
names (filters, textconv, fsmonitor, a program for signatures, hooks). So only `rev-parse`,
`rev-list`, `for-each-ref`, `ls-tree` and `cat-file` are asked, which run nothing.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

GIT_TIMEOUT_S = 60
_EXECUTABLE, _LINK, _SUBMODULE = "100755", "120000", "160000"


class NoHistory(Exception):
    """What is asked of the history is not there; the text says why and what to do."""


@dataclass(frozen=True)
class Blob:
    """A file of a commit: its path below the folder, its object's name and its mode."""

    path: str
    name: str
    mode: str


@dataclass(frozen=True)
class History:
    """The commits of the repository around a folder, and what that folder was in each."""

    root: Path

    def commit(self, ref: str) -> str:
        """The full name of the commit that `ref` names. Raises `NoHistory`."""
        try:
            self._git("rev-parse", "--git-dir")
        except NoHistory as error:
            raise NoHistory(f"{self.root} is no git repository: {error}") from None
        try:
            name = f"{ref}^{{commit}}"
            found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except NoHistory:
            raise NoHistory(
                f"`{ref}` names no commit here; in CI, fetch it first (`git fetch origin {ref}`)"
            ) from None
        return found.decode().split()[-1]

    def commits(self, ref: str = "HEAD") -> list[str]:
        """Those that changed the folder, newest first, along the line of first parents: what a
        branch brought was released when it was merged. Raises `NoHistory`."""
        commit = self.commit(ref)
        listed = self._git("rev-list", "--first-parent", commit, "--", ".")
        return listed.decode().split()

    def tags(self) -> list[tuple[str, str]]:
        """Name and commit of each tag from which the present commit came, newest first."""
        head = self.commit("HEAD")
        listed = self._git(
            *("for-each-ref", f"--merged={head}", "--sort=-creatordate"),
            *("--format=%(refname:lstrip=2) %(*objectname) %(objectname)", "refs/tags"),
        )
        return [(line.split()[0], line.split()[1]) for line in listed.decode().splitlines()]

    @property
    def is_shallow(self) -> bool:
        """Whether commits beyond the oldest were left behind when it was cloned."""
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def blobs(self, commit: str) -> list[Blob]:
        """Each file of the folder in a commit, links included."""
        listed = self._git("ls-tree", "-r", "-z", commit).decode(errors="surrogateescape")
        entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
        found = [(path, *head.split()) for head, _, path in entries]
        return [Blob(path, name, mode) for path, mode, kind, name in found if kind == "blob"]

    def contents(self, blobs: Sequence[str]) -> list[bytes]:
        """What the objects of these names hold, in their order."""
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        answer = self._git("cat-file", "--batch", given=asked) if blobs else b""
        contents, at = [], 0
        for _ in blobs:
            start = answer.index(b"\n", at) + 1
            size = int(answer[at:start].split()[2])
            contents.append(answer[start : start + size])
            at = start + size + 1
        return contents

    def write(self, commit: str, folder: Path) -> None:
        """Puts the files of a commit into an empty folder, byte for byte as they were stored;
        links, which may lead anywhere, are left out. Raises `NoHistory`."""
        files = list(_files(self.blobs(commit)))
        for blob, content in zip(files, self.contents([b.name for b in files]), strict=True):
            target = folder / blob.path
            if not target.resolve().is_relative_to(folder.resolve()):
                raise NoHistory(f"{commit[:12]} holds a file outside of the tree: {blob.path}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            if blob.mode == _EXECUTABLE:
                target.chmod(0o755)

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        git = shutil.which("git")
        if git is None:
            raise NoHistory("git is not installed, so nothing can be compared")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        try:
            done = subprocess.run(
                [git, "-C", str(self.root), "--no-pager", *arguments],
                input=given,
                capture_output=True,
                check=False,
                env={**kept, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1"},
                timeout=GIT_TIMEOUT_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoHistory(f"git did not answer: {error}") from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise NoHistory(said[0] if said else f"git ended with {done.returncode}")
        return done.stdout


def _files(blobs: Sequence[Blob]) -> Iterator[Blob]:
    return (blob for blob in blobs if blob.mode not in (_LINK, _SUBMODULE))
