"""Shell: the simple commands of a script, each with its line and the circumstances it runs in.

Used for scripts, `run:` lines of pipelines, recipes, `RUN` instructions and fenced blocks. A text
that is only partly shell is read as far as it is; nothing is expanded and nothing is run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from pathlib import PurePosixPath
from typing import ClassVar, Self

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Tree

from opsready.documents.document import Unparsable
from opsready.documents.variable import Variable

# A longer text under a shell's name is an archive that unpacks itself.
CHARACTERS_AT_MOST = 500_000
# Quoted commands inside quoted commands: ssh, then `sh -c`, and one to spare.
_NESTED_AT_MOST = 3

_EXPRESSION = re.compile(r"\$?\{\{-?\s*(.*?)\s*-?\}\}")
_PROMPT = re.compile(r"^(\s*)(?:\([\w.-]+\)\s*)?(?:[\w.@:~/-]*[$#%]|>)\s(?=\S)")
_OPTIONS_BEFORE_HOST = set("bcDEeFIiJLlmOopQRSWw")
# Programs that run the command which follows their own options.
_WRAPPERS = {"sudo", "env", "exec", "time", "nohup", "command", "nice", "xargs", "timeout"}
_WRAPPERS_WITH_OPERAND = {"timeout"}
_OPTIONS_OF_WRAPPERS = {"-u", "-g", "-n", "-s", "-k", "--user", "--group", "-C", "-I", "-P", "-L"}
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
# A value that names a variable that names a variable; a value that names itself ends here too.
_FILLED_AT_MOST = 3
_HARMLESS = {"true", ":", "echo", "printf", "exit 0", "return 0", "continue"}
# The grammar's scanner (tree-sitter-bash 0.25.1, scanner.c) hands what follows a `{` to C's
# `isdigit`, which reads past its table, or crashes, beyond one byte: issue #337 there.
_BEYOND_ONE_BYTE = re.compile(r"[^\x00-\xff]")
_STAND_INS = {1: "?", 2: "é", 3: "éx", 4: "éé"}


@dataclass(frozen=True)
class Loop:
    """A loop around a command: `for`, `while` or `until`, and its whole text."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One simple command.

    `words` are unquoted and unexpanded: `$TAG` stays `$TAG`, and an expression of a pipeline
    (`${{ secrets.HOST }}`) reads `$secrets_HOST`. `text` is the line as written. `host` names
    where `ssh` runs it, "" for here. `function` and `loop` enclose it. `after_failure` means that
    it runs only because another command failed, `tolerated` that its own failure is ignored,
    `is_read` that its output goes to another command or into a variable. `assigned` are the plain
    assignments of the text that it stands in, the last of each name.
    """

    words: tuple[str, ...]
    path: str
    line: int
    text: str
    host: str = ""
    function: str = ""
    loop: Loop | None = None
    after_failure: bool = False
    tolerated: bool = False
    here_document: str = ""
    is_read: bool = False
    assigned: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def program(self) -> str:
        """The name of what runs, without its folder and without `sudo`, `env` and the like."""
        own = self._own_words
        return PurePosixPath(own[0]).name if own else ""

    @property
    def program_path(self) -> str:
        """What runs, as it is written."""
        own = self._own_words
        return own[0] if own else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words after the program."""
        return self._own_words[1:]

    @property
    def operands(self) -> tuple[str, ...]:
        """The arguments that are no options; an option's separate value counts as one."""
        return tuple(word for word in self.arguments if not word.startswith("-"))

    def has(self, *options: str) -> bool:
        """Whether one of these options is given, with or without `=value`."""
        return any(word.split("=", 1)[0] in options for word in self.arguments)

    def value(self, *options: str) -> str | None:
        """What an option is given, after `=` or as the next word."""
        words = self.arguments
        for number, word in enumerate(words):
            name, equals, value = word.partition("=")
            if name in options:
                if equals:
                    return value
                return words[number + 1] if number + 1 < len(words) else None
        return None

    @property
    def settings(self) -> list[Variable]:
        """What it is given as `NAME=value`, by `-e`, `--set`, `export` or alone."""
        pairs = (word.partition("=") for word in self.words if _ASSIGNMENT.match(word))
        return [Variable(n, None if "$" in value else value, self.line) for n, _, value in pairs]

    def runs(self, program: str, *words: str) -> bool:
        """Whether it is this program with these words among its operands, in this order."""
        if self.program != program:
            return False
        operands = iter(self.operands)
        return all(word in operands for word in words)

    def filled(self, word: str) -> str:
        """The word with the variables put in that its text assigns; others stay as they are."""
        for _ in range(_FILLED_AT_MOST):
            filled = _VARIABLE.sub(lambda v: self.assigned.get(v[1] or v[2], v[0]), word)
            if filled == word:
                break
            word = filled
        return word

    @cached_property
    def _own_words(self) -> tuple[str, ...]:
        words = self.words
        while words and PurePosixPath(words[0]).name in _WRAPPERS:
            words = _without_wrapper(words)
        return words


def _without_wrapper(words: tuple[str, ...]) -> tuple[str, ...]:
    wrapper, rest = PurePosixPath(words[0]).name, list(words[1:])
    while rest and (rest[0].startswith("-") or _ASSIGNMENT.match(rest[0])):
        option = rest.pop(0)
        if option in _OPTIONS_OF_WRAPPERS and rest:
            rest.pop(0)
    if wrapper in _WRAPPERS_WITH_OPERAND and rest:
        rest.pop(0)
    return tuple(rest)


@dataclass(frozen=True)
class ShellScript:
    """A script: its commands in the order of the text, those run through `ssh` included."""

    NOUN: ClassVar[str] = "shell"

    path: str
    commands: tuple[Command, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; only one that is too long or too deep raises `Unparsable`."""
        if len(text) > CHARACTERS_AT_MOST:
            why = f"has {len(text):,} characters; shell is read up to {CHARACTERS_AT_MOST:,}"
            raise Unparsable(path, 1, why)
        try:
            return cls(path, tuple(_Reading(path, text, 1).commands()))
        except RecursionError:
            raise Unparsable(path, 1, "is nested deeper than any script") from None


@lru_cache(maxsize=4096)  # each of a runbook's blocks is asked for by several checks and criteria
def read_shell(path: str, text: str, first_line: int = 1) -> tuple[Command, ...]:
    """The commands of a text that begins at a line of a file; none of one that is nested deeper
    than anybody writes."""
    try:
        return tuple(_Reading(path, text, first_line).commands())
    except RecursionError:
        return ()


def prompt_of(line: str) -> str:
    """What a terminal wrote before that which was typed; empty where the line has no prompt."""
    found = _PROMPT.match(line)
    return found[0] if found else ""


def without_prompts(text: str) -> str:
    """A terminal's session as the commands typed; lines that show output become blank.

    A text in which no line has a prompt is returned as it is.
    """
    lines = text.split("\n")
    if not any(_PROMPT.match(line) for line in lines):
        return text
    kept, continues = [], False
    for line in lines:
        typed = _PROMPT.sub(r"\1", line)
        kept.append(typed if continues or typed != line else "")
        continues = bool(kept[-1]) and kept[-1].endswith("\\")
    return "\n".join(kept)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def _syntax_tree(source: bytes, text: str) -> Tree:
    """The tree of `text`, whose nodes give places in `source`, its bytes: before it is parsed, a
    character that the grammar cannot bear becomes letters of as many bytes."""
    masked = _BEYOND_ONE_BYTE.sub(lambda m: _STAND_INS[len(_bytes(m[0]))], text)
    parsed = _bytes(masked)
    assert len(parsed) == len(source)
    return _parser().parse(parsed)


def _bytes(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, which no file holds, becomes one byte, a question mark."""
    return text.encode("utf-8", "replace")


@dataclass(frozen=True)
class _Around:
    """The circumstances of a command."""

    function: str = ""
    loop: Loop | None = None
    after_failure: bool = False
    tolerated: bool = False
    here_document: str = ""
    host: str = ""
    nested: int = 0
    is_read: bool = False


class _Reading:
    """Walks one syntax tree."""

    def __init__(
        self, path: str, text: str, first_line: int, around: _Around | None = None
    ) -> None:
        self.path = path
        self.first_line = first_line
        self.lines = text.split("\n")
        self.around = around or _Around()
        shell = _EXPRESSION.sub(_as_variable, text)
        self.source = _bytes(shell)
        self.assigned: dict[str, str] = {}
        self.root = _syntax_tree(self.source, shell).root_node

    def commands(self) -> Iterator[Command]:
        """Every command; those in functions that a trap calls run after a failure."""
        found = list(self._walk(self.root, self.around))
        trapped = {command.words[1] for command in found if _is_failure_trap(command)}
        for command in found:
            is_trapped = command.function in trapped and command.function != ""
            yield replace(command, after_failure=True) if is_trapped else command

    def _walk(self, node: Node, around: _Around) -> Iterator[Command]:
        if node.type == "command":
            yield from self._command(node, around)
        elif node.type == "redirected_statement":
            yield from self._redirected(node, around)
        elif node.type == "list":
            yield from self._list(node, around)
        elif node.type == "command_substitution":
            yield from self._each(node.named_children, replace(around, is_read=True))
        elif node.type == "pipeline":
            *heard, last = node.named_children
            yield from self._each(heard, replace(around, is_read=True))
            yield from self._each([last], around)
        elif node.type == "variable_assignment":
            self._assign(node)
            yield from self._each(node.named_children, around)
        elif node.type == "if_statement":
            yield from self._if(node, around)
        elif node.type == "function_definition":
            name = node.child_by_field_name("name")
            inner = replace(around, function=self._text(name) if name else "")
            yield from self._each(node.named_children[1:], inner)
        elif node.type.endswith(("while_statement", "for_statement")):
            yield from self._loop(node, around)
        else:
            yield from self._each(node.named_children, around)

    def _assign(self, node: Node) -> None:
        """A plain value only: what a command prints is not known."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None or name.type != "variable_name":
            return
        computed = "$(" in self._text(value) or "`" in self._text(value)
        if computed or value.type == "array":
            self.assigned.pop(self._text(name), None)
        else:
            self.assigned[self._text(name)] = self._word(value)

    def _each(self, nodes: list[Node], around: _Around) -> Iterator[Command]:
        for node in nodes:
            if node.type not in {"heredoc_body", "comment", "word", "raw_string"}:
                yield from self._walk(node, around)

    def _loop(self, node: Node, around: _Around) -> Iterator[Command]:
        text = self._text(node)
        loop = Loop(text.split(None, 1)[0], text, self.first_line + node.start_point.row)
        yield from self._each(node.named_children, replace(around, loop=loop))

    def _list(self, node: Node, around: _Around) -> Iterator[Command]:
        operator = next((child.type for child in node.children if not child.is_named), "")
        if operator != "||" or len(node.named_children) < 2:
            yield from self._each(node.named_children, around)
            return
        left, right = node.named_children[0], node.named_children[-1]
        after = " ".join(self._text(right).split())
        harmless = after in _HARMLESS or after.split(" ")[0] in {"echo", "printf", "true", ":"}
        yield from self._walk(left, replace(around, tolerated=around.tolerated or harmless))
        yield from self._walk(right, replace(around, after_failure=True))

    def _if(self, node: Node, around: _Around) -> Iterator[Command]:
        """`if ! check; then` and `if check; else` lead to what runs after a failure."""
        condition = node.named_children[0] if node.named_children else None
        negated = condition is not None and condition.type == "negated_command"
        failed = replace(around, after_failure=True)
        for child in node.named_children:
            if child == condition:
                yield from self._walk(child, around)
            elif child.type in {"else_clause", "elif_clause"}:
                yield from self._walk(child, around if negated else failed)
            else:
                yield from self._walk(child, failed if negated else around)

    def _redirected(self, node: Node, around: _Around) -> Iterator[Command]:
        bodies = [
            self._text(body)
            for redirect in node.named_children
            if redirect.type == "heredoc_redirect"
            for body in redirect.named_children
            if body.type == "heredoc_body"
        ]
        first, *rest = node.named_children
        heard = replace(around, here_document="".join(bodies))
        yield from self._walk(first, heard)
        yield from self._each(rest, around)

    def _command(self, node: Node, around: _Around) -> Iterator[Command]:
        words = tuple(
            self._word(child)
            for child in node.named_children
            if child.type not in {"variable_assignment", "file_redirect", "herestring_redirect"}
        )
        row = node.start_point.row
        command = Command(
            words,
            self.path,
            self.first_line + row,
            self.lines[row].strip() if row < len(self.lines) else "",
            around.host,
            around.function,
            around.loop,
            around.after_failure,
            around.tolerated,
            around.here_document,
            around.is_read,
            self.assigned,
        )
        if words:
            yield command
        yield from self._each(node.named_children, replace(around, here_document=""))
        if around.nested < _NESTED_AT_MOST:
            yield from self._quoted(command, node, around)

    def _quoted(self, command: Command, node: Node, around: _Around) -> Iterator[Command]:
        """The commands that a command is given to run elsewhere, or in a shell of its own."""
        quoted = _quoted_shell(command)
        if quoted is None:
            return
        host, text = quoted
        here_line = node.end_point.row + 2 if text is command.here_document else 0
        row = here_line or next(
            (c.start_point.row + 1 for c in node.named_children if self._word(c).strip() in text),
            node.start_point.row + 1,
        )
        inner = replace(around, host=host or around.host, nested=around.nested + 1)
        line = self.first_line + row - 1
        yield from _Reading(self.path, text, line, replace(inner, here_document="")).commands()

    def _text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _word(self, node: Node) -> str:
        """A word without its quotes."""
        text = self._text(node)
        if node.type == "raw_string":
            return text[1:-1]
        if node.type == "ansi_c_string":
            return text[2:-1]
        if node.type == "string":
            return re.sub(r'\\(["\\$`])', r"\1", text[1:-1])
        if node.type in {"concatenation", "command_name"} and node.named_children:
            return "".join(self._word(child) for child in node.named_children)
        return re.sub(r"\\(.)", r"\1", text) if node.type == "word" else text


def _quoted_shell(command: Command) -> tuple[str, str] | None:
    """Host and text of the commands that `ssh` or `sh -c` is given."""
    if command.program in {"bash", "sh", "zsh", "dash"}:
        for number, word in enumerate(command.arguments[:-1]):
            if re.fullmatch(r"-\w*c", word):
                return "", command.arguments[number + 1]
        return None
    words = list(command.arguments)
    if command.program == "sshpass" and "ssh" in words:
        words = words[words.index("ssh") + 1 :]
    elif command.program != "ssh":
        return None
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if len(option) == 2 and option[1] in _OPTIONS_BEFORE_HOST and words:
            words.pop(0)
    if not words:
        return None
    reads_input = not words[1:] or re.fullmatch(r"(ba|da)?sh( -\w+)*", " ".join(words[1:]))
    return words[0], command.here_document if reads_input else " ".join(words[1:])


def _is_failure_trap(command: Command) -> bool:
    return command.program == "trap" and len(command.words) > 2 and "ERR" in command.words[2:]


def _as_variable(expression: re.Match[str]) -> str:
    """An expression of a template as a variable of one word, so that the rest stays shell."""
    name = re.sub(r"\W+", "_", expression.group(1)).strip("_")
    return f"${name or 'expression'}"
