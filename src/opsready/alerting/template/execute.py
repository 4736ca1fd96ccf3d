"""Executes a parsed template as Go does: what is shown, skipped, and repeated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from opsready.alerting.template import go_format
from opsready.alerting.template.nodes import (
    Block,
    CannotExecute,
    Command,
    Dot,
    Fields,
    Include,
    Leave,
    Literal,
    Node,
    Operand,
    Pipeline,
    Refused,
    Show,
    Template,
    Text,
    Variable,
    Word,
    WrongArgument,
)

MISSING = object()
"""What a map of anything gives for a key that it has not: `<no value>`."""
_DEPTH_AT_MOST = 100
_AND_OR = ("and", "or")


class Record:
    """A struct: fields by name, others are refused. `shown` is Go's name of its type."""

    def __init__(self, fields: Mapping[str, Any], type_name: str) -> None:
        self.fields = fields
        self.type_name = type_name

    @property
    def shown(self) -> str:
        return "{" + " ".join(go_format.show(value) for value in self.fields.values()) + "}"


class Anything(dict[str, Any]):
    """A map of values of any type, as `args` gives."""


class _Left(Exception):
    def __init__(self, kind: str) -> None:
        self.kind = kind


class CommandFailed(CannotExecute):
    """What went wrong, at which command."""

    def __init__(self, message: str, position: int, context: str) -> None:
        super().__init__(message)
        self.position = position
        self.context = context


Functions = Mapping[str, Callable[..., Any]]


def execute(template: Template, data: Any, functions: Functions) -> str:
    """The text that a template gives. Raises CommandFailed, or Refused for what is not done."""
    running = _Running(template, functions)
    running.run(template.nodes, data, [("$", data)])
    return "".join(running.text)


_Scope = list[tuple[str, Any]]


class _Running:
    def __init__(self, template: Template, functions: Functions) -> None:
        self.text: list[str] = []
        self._template = template
        self._functions = functions
        self._depth = 0

    def run(self, nodes: Sequence[Node], dot: Any, scope: _Scope) -> None:
        for node in nodes:
            match node:
                case Text(text):
                    self.text.append(text)
                case Show(pipeline):
                    value = self._pipeline(pipeline, dot, scope)
                    if not pipeline.variables:
                        self.text.append(shown(value))
                case Block(kind="range"):
                    self._range(node, dot, scope)
                case Block():
                    self._choose(node, dot, scope)
                case Leave(kind):
                    raise _Left(kind)
                case Include():
                    self._include(node, dot, scope)

    def _choose(self, node: Block, dot: Any, scope: _Scope) -> None:
        known = len(scope)
        value = self._pipeline(node.pipeline, dot, scope)
        if is_true(value):
            self.run(node.body, value if node.kind == "with" else dot, scope)
        else:
            self.run(node.otherwise, dot, scope)
        del scope[known:]

    def _range(self, node: Block, dot: Any, scope: _Scope) -> None:
        known = len(scope)
        value = self._pipeline(node.pipeline, dot, scope)
        del scope[known:]
        pairs = list(_pairs(value))
        if not pairs:
            self.run(node.otherwise, dot, scope)
        for key, element in pairs:
            names = node.pipeline.variables
            given = (element,) if len(names) == 1 else (key, element)
            for name, each in zip(names, given, strict=False):
                if node.pipeline.declares:
                    scope.append((name, each))
                else:
                    _set(scope, name, each)
            try:
                self.run(node.body, element, scope)
            except _Left as left:
                if left.kind == "break":
                    break
            finally:
                del scope[known:]

    def _include(self, node: Include, dot: Any, scope: _Scope) -> None:
        body = self._template.defined.get(node.name)
        if body is None:
            raise CannotExecute(f'template "{node.name}" not defined')
        if self._depth >= _DEPTH_AT_MOST:
            raise Refused(f"templates that call each other deeper than {_DEPTH_AT_MOST} times")
        given = self._pipeline(node.pipeline, dot, scope) if node.pipeline else None
        self._depth += 1
        self.run(body, given, [("$", given)])
        self._depth -= 1

    # Values

    def _pipeline(self, pipeline: Pipeline, dot: Any, scope: _Scope) -> Any:
        value: Any = None
        for place, command in enumerate(pipeline.commands):
            final = [value] if place else []
            try:
                value = self._command(command, final, dot, scope)
            except CommandFailed:
                raise
            except WrongArgument as error:
                raise _wrong_argument(command, error) from None
            except CannotExecute as error:
                raise CommandFailed(error.message, *command.places[-1]) from None
        if not any(name for name in pipeline.variables):
            return value
        for name in pipeline.variables[-1:]:
            if pipeline.declares:
                scope.append((name, value))
            else:
                _set(scope, name, value)
        return value

    def _command(self, command: Command, final: list[Any], dot: Any, scope: _Scope) -> Any:
        first, *rest = command.operands
        if isinstance(first, Word):
            if first.name in _AND_OR:
                return self._and_or(first.name, rest, final, dot, scope)
            given = [self._value(operand, dot, scope) for operand in rest]
            return self._call(first.name, [*given, *final])
        if rest or final:
            raise CannotExecute(f"can't give argument to non-function {command.places[0][1]}")
        return self._value(first, dot, scope)

    def _and_or(
        self, name: str, rest: Sequence[Operand], final: list[Any], dot: Any, scope: _Scope
    ) -> Any:
        """The first that decides; what follows is not looked at."""
        value: Any = None
        for operand in [*rest, *final]:
            a_node = any(operand is each for each in rest)
            value = self._value(operand, dot, scope) if a_node else operand
            if is_true(value) == (name == "or"):
                return value
        return value

    def _call(self, name: str, given: Sequence[Any]) -> Any:
        try:
            return self._functions[name](*given)
        except WrongArgument as error:
            if error.place is None:
                raise WrongArgument(
                    f"wrong number of args for {name}: {error.message}", None
                ) from None
            raise
        except CannotExecute as error:
            raise CannotExecute(f"error calling {name}: {error.message}") from None

    def _value(self, operand: Operand, dot: Any, scope: _Scope) -> Any:
        match operand:
            case Literal(value):
                return value
            case Dot():
                return dot
            case Variable(name):
                return next(value for known, value in reversed(scope) if known == name)
            case Word(name):
                return self._call(name, [])
            case Pipeline():
                return self._pipeline(operand, dot, scope)
            case Fields(of, names):
                value = self._value(of, dot, scope)
                for field in names:
                    value = _field(value, field)
                return value


def _wrong_argument(command: Command, error: WrongArgument) -> CommandFailed:
    """Go looks at what is written itself; what comes through a pipe is told of the whole."""
    if error.place is None:
        return CommandFailed(error.message, *command.places[0])
    if error.place + 1 >= len(command.operands):
        return CommandFailed(error.message, *command.places[-1])
    position, shown = command.places[error.place + 1]
    if isinstance(command.operands[error.place + 1], Literal):
        return CommandFailed(f"expected {error.expected}; found {shown}", position, shown)
    return CommandFailed(error.message, position, shown)


def _set(scope: _Scope, name: str, value: Any) -> None:
    place = max(place for place, (known, _) in enumerate(scope) if known == name)
    scope[place] = (name, value)


def _field(value: Any, name: str) -> Any:
    if isinstance(value, Anything):
        return value.get(name, MISSING)
    if isinstance(value, Mapping):
        return value.get(name, "")
    if isinstance(value, Record):
        if name in value.fields:
            return value.fields[name]
        raise CannotExecute(f"can't evaluate field {name} in type {value.type_name}")
    if value is None or value is MISSING:
        raise CannotExecute(f"nil data; no entry for key {name!r}".replace("'", '"'))
    if go_format.kind_of(value) == "*time.Time":
        raise Refused(f"the method {name} of a time")
    raise CannotExecute(f"can't evaluate field {name} in type {go_format.kind_of(value)}")


def _pairs(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from ((key, value[key]) for key in sorted(value))
    elif isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        raise Refused("a range over a number")
    elif value is not None and value is not MISSING:
        raise CannotExecute(f"range can't iterate over {go_format.show(value)}")


def is_true(value: Any) -> bool:
    """Whether Go takes a value for true: not false, 0, empty or nothing."""
    if value is MISSING:
        return False
    return isinstance(value, Record) or bool(value)


def shown(value: Any) -> str:
    """A value as it stands in the text."""
    return "<no value>" if value is None or value is MISSING else go_format.show(value)
