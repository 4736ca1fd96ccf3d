"""What a runbook has one type in order to look, and what each command should print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.expectation import Expectation, opens, read_expectation, read_shown
from opsready.documents.markdown import CodeBlock, Markdown
from opsready.documents.runbook import Entry, Part, Role
from opsready.documents.shell import without_prompts
from opsready.documents.typed import Typed, read_typed

SHELLS = frozenset({"", "sh", "bash", "shell", "console", "shell-session", "zsh", "terminal"})
_OUTPUT = frozenset({"", "text", "txt", "output", "plain", "console", "log", "json"})
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_NO_ROOM_BETWEEN = 3


@dataclass(frozen=True)
class Trial:
    """Commands of one block, and what the last of them should print; None where the page says
    nothing that a machine could compare."""

    commands: tuple[Typed, ...]
    line: int
    expects: Expectation | None


def trials(entry: Entry, lines: list[str]) -> list[Trial]:
    """Those of the entry's diagnosis, in its order; `lines` are those of its page."""
    part = entry.part(Role.DIAGNOSIS)
    return list(_trials(part, lines)) if part is not None else []


def settings(page: Markdown) -> list[Typed]:
    """Every variable that the page's own blocks set, in the order of the page."""
    blocks = (block for block in page.code_blocks if block.language in SHELLS)
    return [typed for block in blocks for typed in commands_of(block) if typed.name]


def commands_of(block: CodeBlock) -> tuple[Typed, ...]:
    """The commands of a block of shell."""
    return read_typed(without_prompts(block.text), block.line)


def _trials(part: Part, lines: list[str]) -> Iterator[Trial]:
    blocks = list(part.page.code_blocks)
    shown: set[int] = set()
    for block in blocks:
        if block.line in shown or block.language not in SHELLS:
            continue
        expects, output = _said_below(block, blocks, lines)
        if output is not None:
            shown.add(output.line)
        typed = tuple(each for each in commands_of(block) if not each.name)
        if typed:
            yield Trial(typed, block.line, expects)


def _said_below(
    block: CodeBlock, blocks: list[CodeBlock], lines: list[str]
) -> tuple[Expectation | None, CodeBlock | None]:
    """What the lines below a block say of its output; the block that shows it, where one does."""
    below = block.line + block.text.rstrip("\n").count("\n")
    at = below + 1 if below < len(lines) and _FENCE.match(lines[below]) else below
    while at < len(lines) and not lines[at].strip() and at - below <= _NO_ROOM_BETWEEN:
        at += 1
    if at >= len(lines) or not opens(lines[at].strip().lstrip("-*> ")):
        return None, None
    sentence = []
    for line in lines[at:]:
        if not line.strip() or _FENCE.match(line):
            break
        sentence.append(line.strip())
    expects = read_expectation(" ".join(sentence), at + 1)
    if expects is not None:
        return expects, None
    end = at + len(sentence) + _NO_ROOM_BETWEEN
    output = next((b for b in blocks if at < b.line <= end + 1 and b.language in _OUTPUT), None)
    return (read_shown(output.text, output.line), output) if output else (None, None)
