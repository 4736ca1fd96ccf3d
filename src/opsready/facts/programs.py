"""The commands that an installed Python project brings with it, and what each of them runs."""

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.pyproject import Pyproject
from opsready.documents.python_code import PythonCode
from opsready.documents.python_names import Meaning
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.sources.source import Bundle, Source

_ENTRY = re.compile(r"""["']?([\w.-]+)["']?\s*=\s*["']?([\w.]+):([\w.]+)""")
_CLICK = ("command", "group", "add_typer")
_LEVELS_AT_MOST = 4
# A branch that only does this declares a command, and does not run it.
_DECLARES = ("add_argument", "set_defaults", "add_mutually_exclusive_group")


class Program(NamedTuple):
    """A console script: its name, what it calls, and the line that declares it."""

    name: str
    function: Meaning
    source: Source
    line: int


class Command(NamedTuple):
    """What a person types; `line` is where its word is compared or its function declared."""

    text: str
    scope: Scope
    line: int


Ran = tuple[Command, list[tuple[Call, Meaning]]]
"""A command, and the calls that it makes, through the functions of the tree."""


@dataclass(frozen=True)
class Programs:
    """The console scripts of one tree."""

    code: PythonCode
    bundle: Bundle

    @cached_property
    def all(self) -> list[Program]:
        """Those whose function the tree holds, in the order of their declaration."""
        found = []
        for source, name, module, attribute in self._declared():
            function = self._function(module, attribute)
            if function is not None:
                pattern = re.compile(rf"""["']?{re.escape(name)}["']?\s*=""")
                numbered = enumerate(source.lines, 1)
                line = next((n for n, text in numbered if pattern.search(text)), 1)
                found.append(Program(name, function, source, line))
        return found

    def _declared(self) -> Iterator[tuple[Source, str, str, str]]:
        source = self.bundle.source("pyproject.toml")
        project = self.bundle.document("pyproject.toml", Pyproject)
        if source is not None and project is not None:
            for name, target in project.scripts.items():
                module, _, attribute = target.partition(":")
                yield source, name, module, attribute
        for path in ("setup.cfg", "setup.py"):
            setup = self.bundle.source(path)
            if setup is not None:
                for name, module, attribute in console_scripts(setup):
                    yield setup, name, module, attribute

    def _function(self, module_name: str, attribute: str) -> Meaning | None:
        for module in self.code.modules:
            if attribute and self.code.import_name(module.path) == module_name:
                meaning = self.code.names.named(attribute, module.scope)
                return meaning if meaning.defined or meaning.made_by else None
        return None

    def commands(self, program: Program) -> Iterator[Ran]:
        """Each command of a program, with the calls that it makes, near and far."""
        function = program.function.function
        if function is not None:
            yield from self._branches(program, function)
            yield from self._parsers(program, function)
        for scope, words in self._declared_below(program.function):
            command = Command(f"{program.name} {words}", scope, scope.line)
            yield command, list(self.code.reached(scope))

    def _branches(self, program: Program, function: Scope) -> Iterator[Ran]:
        """The program itself, and each word with which it compares what was typed."""
        by_word: dict[tuple[str, int], list[tuple[Call, Meaning]]] = {}
        words = self._words(function)
        for call in function.all_calls():
            word, line = _branch(call, words)
            calls = by_word.setdefault((word, line), [])
            meaning = self.code.callee(call)
            calls.append((call, meaning))
            if meaning.function is not None:
                calls.extend(self.code.reached(meaning.function))
        for (word, line), calls in by_word.items():
            if word and all(call.tail in _DECLARES for call, _ in calls):
                continue
            yield Command(f"{program.name} {word}".strip(), function, line or function.line), calls

    def _words(self, function: Scope) -> set[str]:
        """What a parser of subcommands in the same file declares, and the file compares."""
        module = self.code.module(function.path)
        if module is None or not any(module.calls("add_parser")):
            return set()
        told = [str(string.value) for string in module.strings]
        return {word for word in told if told.count(word) > 1}

    def _parsers(self, program: Program, function: Scope) -> Iterator[Ran]:
        """`sub.add_parser("serve").set_defaults(func=serve)`."""
        for call in function.all_calls():
            if call.tail != "set_defaults" or not isinstance(call.node.func, ast.Attribute):
                continue
            parser = self.code.maker(call.node.func.value, call.scope)
            target = self.code.resolve(call.argument(None, "func", "handler"), call.scope).function
            if parser is None or target is None or word_of(parser) != "add_parser":
                continue
            word = self.code.constant(Call(parser, call.scope).argument(0, "name"), call.scope)
            if isinstance(word, str):
                command = Command(f"{program.name} {word}", call.scope, call.line)
                yield command, list(self.code.reached(target))

    def _declared_below(self, group: Meaning, level: int = 0) -> Iterator[tuple[Scope, str]]:
        """The functions that click or typer attaches to a group, each with its words."""
        for call in self.code.calls("add_typer") if level < _LEVELS_AT_MOST else ():
            word = self.code.constant(call.argument(None, "name"), call.scope)
            if self._attaches(call.node, call.scope, group) and isinstance(word, str):
                below = self.code.resolve(call.argument(0, "typer_instance"), call.scope)
                for scope, words in self._declared_below(below, level + 1):
                    yield scope, f"{word} {words}"
        for module in self.code.application:
            for scope in module.functions():
                for decorator in scope.decorators:
                    if self._attaches(decorator, scope.outer or scope, group):
                        is_named = isinstance(decorator, ast.Call) and decorator.args
                        given = decorator.args[0] if is_named else None  # type: ignore[attr-defined]
                        told = self.code.constant(given, scope.outer or scope)
                        default = scope.short_name.replace("_", "-")
                        yield scope, told if isinstance(told, str) else default

    def _attaches(self, decorator: ast.expr, scope: Scope, group: Meaning) -> bool:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(call, ast.Attribute) or call.attr not in _CLICK:
            return False
        holder = self.code.resolve(call.value, scope)
        same_function = holder.defined is not None and holder.defined is group.defined
        same_object = holder.made_by is not None and holder.made_by is group.made_by
        return same_function or same_object


def options(code: PythonCode, commands: list[Command], word: str) -> Iterator[Call]:
    """Where an option of these commands is declared, by argparse, click or typer."""
    scopes = [command.scope for command in commands]
    decorators = [decorator for scope in scopes for decorator in scope.decorators]
    for call in code.calls("add_argument", "option", "Option"):
        words = [a.value for a in call.node.args if isinstance(a, ast.Constant)]
        if word in words and (call.scope in scopes or call.node in decorators):
            yield call


def console_scripts(setup: Source) -> Iterator[tuple[str, str, str]]:
    """Name, module and attribute of each command that a `setup.cfg` or `setup.py` declares."""
    for found in _ENTRY.finditer(_console_scripts(setup)):
        name, module, attribute = found.groups()
        yield name, module, attribute


def _branch(call: Call, words: set[str]) -> tuple[str, int]:
    """The word in the innermost `if x == "word":` around a call; "" where there is none."""
    best = ("", 0)
    for node in ast.walk(call.scope.node):
        if isinstance(node, ast.If) and node.body[0].lineno <= call.line <= _end(node.body[-1]):
            word = _compared(node.test)
            if word in words and node.lineno > best[1]:
                best = (word, node.lineno)
    return best


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _compared(test: ast.expr) -> str:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        right = test.comparators[0]
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            return right.value
    return ""


def _console_scripts(source: Source) -> str:
    """The lines that declare console scripts."""
    if source.path.endswith(".cfg"):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(source.text)
        except configparser.Error:
            return ""
        return parser.get("options.entry_points", "console_scripts", fallback="")
    found = re.search(r"console_scripts\W+(.*?)\]", source.text, re.DOTALL)
    return found.group(1) if found else ""
