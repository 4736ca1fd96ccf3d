"""A linter is somebody else's tool whose remarks become findings; an adapter reads for it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.documents.secret import masked
from opsready.review.check import NotRun
from opsready.review.finding import Finding
from opsready.review.program import Family
from opsready.sources.source import Source

WITH_EXTRA = "`pip install 'opsready[linters]'` brings it"
# Far below what a command line may hold; a file that a tool cannot end on costs its batch alone.
_FILES_A_PROCESS = 100
_MESSAGE_AT_MOST = 300
# A tool that fails on so many files in a row is broken; one that fails on a file has met a defect
# of its own (hadolint 2.15.1 on `WORKDIR x`).
_FAILURES_IN_A_ROW = 3


class Failed(NotRun):
    """The tool ended as it should not, or answered what cannot be read."""


@dataclass(frozen=True)
class Desk:
    """What an adapter works at: the tool, the texts that it judges, and a folder of its own.

    The tool sees copies under names that the adapter gives, so that neither a path nor a
    configuration of the tree reaches it. `heeds_comments` asks it to do as a file's own comments
    say, for the second look that tells what they silence.
    """

    program: Path
    folder: Path
    sources: tuple[Source, ...]
    family: Family
    heeds_comments: bool = False

    def put(self, name: str, text: str) -> str:
        """Writes a file into the folder; returns its name."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8", "replace"))
        return name

    def copies(self, name: Callable[[Source], str]) -> dict[str, Source]:
        """Every text below a number of its own, under the name that `name` gives it."""
        return {
            self.put(f"{number}/{name(source)}", source.text): source
            for number, source in enumerate(self.sources)
        }

    def run(
        self,
        *arguments: str,
        ends_with: Sequence[int] = (0,),
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """What the tool answers. Raises `NotRun` where it ends otherwise, or not in time."""
        call = [str(self.program), *arguments]
        code, output = self.family.run(call, self.folder, environment or {})
        if code not in ends_with:
            raise Failed(f"it ended with {code}, as an old version or a broken one does")
        return output

    def ask(self, *arguments: str, ends_with: Sequence[int] = (0,)) -> Any:
        """What the tool answers, as JSON."""
        answer = self.run(*arguments, ends_with=ends_with)
        try:
            return json.loads(answer.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise Failed("its answer is no JSON") from None

    def ask_of(
        self,
        names: Sequence[str],
        *options: str,
        ends_with: Sequence[int] = (0,),
    ) -> Iterator[Any]:
        """Its answers about these files, many at once; where it fails, about each alone. Raises
        `NotRun` at the end where it failed on some."""
        failed: list[str] = []
        for start in range(0, len(names), _FILES_A_PROCESS):
            batch = names[start : start + _FILES_A_PROCESS]
            try:
                yield self.ask(*options, *batch, ends_with=ends_with)
            except Failed as reason:
                if len(names) == 1:
                    raise
                why = str(reason)
                yield from self._ask_each(batch, options, ends_with, failed)
        if failed:
            raise NotRun(f"{why}, on {len(failed)} of {len(names)} files")

    def _ask_each(
        self,
        batch: Sequence[str],
        options: Sequence[str],
        ends_with: Sequence[int],
        failed: list[str],
    ) -> Iterator[Any]:
        in_a_row = 0
        for name in batch:
            try:
                yield self.ask(*options, name, ends_with=ends_with)
                in_a_row = 0
            except Failed:
                failed.append(name)
                in_a_row += 1
                if in_a_row == _FAILURES_IN_A_ROW:
                    raise


@dataclass(frozen=True)
class Linter:
    """`id` names it in findings, as `<id>/<rule>`; `program` is what is looked for, `get` how to
    come by it. `reads` says which texts it is given, `lint` yields one finding a remark, and
    `silenced_by` is the comment by which a file silences it. A text of more characters than
    `characters_at_most` is not given to it: tools that parse need minutes for a long one."""

    id: str
    title: str
    program: str
    reads: Callable[[Source], bool]
    lint: Callable[[Desk], Iterator[Finding]]
    silenced_by: re.Pattern[str] | None = None
    get: str = WITH_EXTRA
    characters_at_most: int = 100_000


def one_line(message: str) -> str:
    """A tool's words as ours are: on one line, not endless, without a full stop, and without a
    secret that it may have quoted."""
    text = masked(" ".join(message.split()))
    cut = text if len(text) <= _MESSAGE_AT_MOST else text[: _MESSAGE_AT_MOST - 1] + "…"
    return cut.removesuffix(".")
