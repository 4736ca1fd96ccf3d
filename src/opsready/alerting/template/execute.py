"""Executes a parsed template as Go does: what is shown, skipped, and repeated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
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
    Place,
    Refused,
    Show,
    Template,
    Text,
    Variable,
    Word,
    WrongArgument,
)

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


class ExecutionFailed(CannotExecute):
    """What went wrong, in which template, at which place: its position, and what stands there."""

    def __init__(self, message: str, template: str, place: Place) -> None:
        super().__init__(message)
        self.template = template
        self.position, self.context = place


Functions = Mapping[str, Callable[..., Any]]


def execute(template: Template, name: str, data: Any, functions: Functions) -> str:
    """The text that a template of this name gives. Raises ExecutionFailed, or Refused for what is
    not done."""
    running = _Running(template, name, functions)
    try:
        running.run(template.nodes, data, [("$", data)])
    except CannotExecute as error:
        raise ExecutionFailed(error.message, running.name, running.at) from None
    return "".join(running.text)


_Scope = list[tuple[str, Any]]


class _Running:
    """`at` is the place that was looked at last: as in Go, it is where an execution fails."""

    def __init__(self, template: Template, name: str, functions: Functions) -> None:
        self.text: list[str] = []
        self.name = name
        self.at: Place = (0, "")
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
        self.at = node.place
        body = self._template.defined.get(node.name)
        if body is None:
            raise CannotExecute(f'template "{node.name}" not defined')
        if self._depth >= _DEPTH_AT_MOST:
            raise Refused(f"templates that call each other deeper than {_DEPTH_AT_MOST} times")
        given = self._pipeline(node.pipeline, dot, scope) if node.pipeline else None
        outer, self.name = self.name, node.name
        self._depth += 1
        self.run(body, given, [("$", given)])
        self._depth -= 1
        self.name = outer

    # Values

    def _pipeline(self, pipeline: Pipeline, dot: Any, scope: _Scope) -> Any:
        value: Any = None
        for place, command in enumerate(pipeline.commands):
            value = self._command(command, [value] if place else [], dot, scope)
        for name in pipeline.variables[-1:]:
            if pipeline.declares:
                scope.append((name, value))
            else:
                _set(scope, name, value)
        return value

    def _command(self, command: Command, final: list[Any], dot: Any, scope: _Scope) -> Any:
        first, *rest = command.operands
        if isinstance(first, Word):
            return self._call(first.name, command, final, dot, scope)
        if first == Literal(None):
            self.at = command.places[0]
            raise CannotExecute("nil is not a command")
        value = self._value(first, command.places[0], dot, scope)
        if rest or final:
            raise CannotExecute(f"can't give argument to non-function {command.places[0][1]}")
        return value

    def _call(self, name: str, command: Command, final: list[Any], dot: Any, scope: _Scope) -> Any:
        self.at = command.places[0]
        function = self._functions[name]
        operands = list(zip(command.operands[1:], command.places[1:], strict=False))
        _refuse_count(name, function, len(operands) + len(final))
        if name in _AND_OR:
            return self._and_or(name, operands, final, dot, scope)
        given, seen = [], []
        for operand, place in operands:
            given.append(self._value(operand, place, dot, scope))
            seen.append(self.at)
        try:
            return function(*given, *final)
        except WrongArgument as error:
            if error.place < len(operands):
                self.at = seen[error.place]
                operand = operands[error.place][0]
                if isinstance(operand, Literal):
                    raise CannotExecute(_of_a_literal(operand, error, self.at[1])) from None
            raise
        except CannotExecute as error:
            self.at = command.places[-1]
            raise CannotExecute(f"error calling {name}: {error.message}") from None

    def _and_or(
        self,
        name: str,
        operands: Sequence[tuple[Operand, Place]],
        final: list[Any],
        dot: Any,
        scope: _Scope,
    ) -> Any:
        """The first that decides; what follows is not looked at."""
        value: Any = None
        for operand, place in operands:
            value = self._value(operand, place, dot, scope)
            if is_true(value) == (name == "or"):
                return value
        return final[0] if final else value

    def _value(self, operand: Operand, place: Place, dot: Any, scope: _Scope) -> Any:
        self.at = place
        match operand:
            case Literal(value):
                return value
            case Dot():
                return dot
            case Variable(name):
                return next(value for known, value in reversed(scope) if known == name)
            case Word(name, position):
                alone = Command((operand,), ((position, name), (position, name)))
                return self._call(name, alone, [], dot, scope)
            case Pipeline():
                return self._pipeline(operand, dot, scope)
            case Fields(of, names):
                value = self._value(of, place, dot, scope)
                for field in names:
                    value = _field(value, field)
                return value


def _refuse_count(name: str, function: Callable[..., Any], count: int) -> None:
    """Raises CannotExecute where a function does not take so many arguments."""
    least, most = _arity(function)
    if count < least or (most is not None and count > most):
        wanted = least if least == most else f"at least {least}"
        raise CannotExecute(f"wrong number of args for {name}: want {wanted} got {count}")


@cache
def _arity(function: Callable[..., Any]) -> tuple[int, int | None]:
    """How many arguments a function takes, at least and at most."""
    kinds = [parameter.kind for parameter in signature(function).parameters.values()]
    least = kinds.count(Parameter.POSITIONAL_OR_KEYWORD)
    return least, None if Parameter.VAR_POSITIONAL in kinds else least


def _of_a_literal(operand: Literal, error: WrongArgument, shown: str) -> str:
    if operand.value is None:
        return f"cannot assign nil to {error.expected}"
    if error.expected == "string":
        return f"expected string; found {shown}"
    return f"can't handle {shown} for arg of type {error.expected}"


def _set(scope: _Scope, name: str, value: Any) -> None:
    place = max(place for place, (known, _) in enumerate(scope) if known == name)
    scope[place] = (name, value)


def _field(value: Any, name: str) -> Any:
    if isinstance(value, Anything):
        return value.get(name)
    if isinstance(value, Mapping):
        return value.get(name, "")
    if isinstance(value, Record):
        if name in value.fields:
            return value.fields[name]
        raise CannotExecute(f"can't evaluate field {name} in type {value.type_name}")
    if value is None:
        raise CannotExecute(f"nil pointer evaluating interface {{}}.{name}")
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
    elif value is not None:
        raise CannotExecute(f"range can't iterate over {go_format.show(value)}")


def is_true(value: Any) -> bool:
    """Whether Go takes a value for true: not false, 0, empty or nothing."""
    return isinstance(value, Record) or bool(value)


def shown(value: Any) -> str:
    """A value as it stands in the text."""
    return "<no value>" if value is None else go_format.show(value)
