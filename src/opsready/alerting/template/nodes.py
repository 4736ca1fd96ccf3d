"""What a template is made of once it is parsed. Positions are byte offsets, as Go counts them."""

from dataclasses import dataclass


class TemplateError(ValueError):
    """A text that is no template, or that cannot be executed."""


class Refused(TemplateError):
    """A template that Prometheus knows and that is not executed here: which part, and why."""


class CannotExecute(TemplateError):
    """What goes wrong while a template is executed: Prometheus writes it into the text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongArgument(CannotExecute):
    """An argument of a type that a function does not take."""

    def __init__(self, place: int, expected: str, got: str) -> None:
        super().__init__(f"wrong type for value; expected {expected}; got {got}")
        self.place = place
        self.expected = expected


Place = tuple[int, str]
"""A position, and what is written there."""


@dataclass(frozen=True)
class Literal:
    """A string, a number or a boolean; None is nil."""

    value: str | int | float | bool | None


@dataclass(frozen=True)
class Dot:
    """`.`, what the template is about at this place."""


@dataclass(frozen=True)
class Variable:
    """`$x`."""

    name: str
    position: int = 0


@dataclass(frozen=True)
class Word:
    """The name of a function."""

    name: str
    position: int = 0


@dataclass(frozen=True)
class Fields:
    """`.a.b` of an operand."""

    of: "Operand"
    names: tuple[str, ...]
    position: int = 0


@dataclass(frozen=True)
class Command:
    """A value, or a function with its arguments. `places` are where each stands, and its text; the
    last one is of the whole."""

    operands: tuple["Operand", ...]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """`a | b c | d`, what it gives perhaps kept in variables. `declares` or sets them anew."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...] = ()
    declares: bool = True


Operand = Literal | Dot | Variable | Word | Fields | Pipeline


@dataclass(frozen=True)
class Text:
    """What stands outside the braces."""

    text: str


@dataclass(frozen=True)
class Show:
    """`{{ pipeline }}`."""

    pipeline: Pipeline


@dataclass(frozen=True)
class Block:
    """`if`, `with` or `range`, with what stands in it and after its `else`."""

    kind: str
    pipeline: Pipeline
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Leave:
    """`break` or `continue`."""

    kind: str


@dataclass(frozen=True)
class Include:
    """`{{ template "name" pipeline }}`."""

    name: str
    pipeline: Pipeline | None
    place: Place


Node = Text | Show | Block | Leave | Include


@dataclass(frozen=True)
class Template:
    """A parsed text, and what it defines by name."""

    nodes: tuple[Node, ...]
    defined: dict[str, tuple[Node, ...]]
