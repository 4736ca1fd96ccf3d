"""The text of a template to its nodes."""

import re
from collections.abc import Collection, Sequence

from opsready.alerting.template.lex import Piece, Token, pieces
from opsready.alerting.template.nodes import (
    Block,
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
    TemplateError,
    Text,
    Variable,
    Word,
)

_CONSTANTS = {"true": True, "false": False, "nil": None}
_BLOCKS = ("if", "with", "range")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL
)


def parse_template(text: str, functions: Collection[str]) -> Template:
    """The nodes of a text. Raises TemplateError."""
    return _Parser(text, functions).whole()


class _Parser:
    def __init__(self, text: str, functions: Collection[str]) -> None:
        self._pieces = list(pieces(text))
        self._place = 0
        self._functions = functions
        self._defined: dict[str, tuple[Node, ...]] = {}
        self._loops = self._open = 0
        self._variables = ["$"]

    def whole(self) -> Template:
        nodes, end = self._nodes()
        if end:
            raise TemplateError(f"`{{{{ {end} }}}}` ends nothing")
        return Template(nodes, self._defined)

    def _nodes(self) -> tuple[tuple[Node, ...], str]:
        """The nodes up to an `end` or `else`, which is given too; '' at the end of the text."""
        nodes: list[Node] = []
        while self._place < len(self._pieces):
            piece = self._pieces[self._place]
            self._place += 1
            if piece.tokens is None:
                nodes += [Text(piece.text)] if piece.text else []
                continue
            action = _Action(piece, self._functions, self._variables)
            word = action.keyword()
            if word in ("end", "else"):
                self._place -= 1
                return tuple(nodes), word
            node = self._node(word, action)
            nodes += [node] if node is not None else []
        return tuple(nodes), ""

    def _node(self, word: str, action: "_Action") -> Node | None:
        if word in _BLOCKS:
            action.skip()
            return self._block(word, action)
        if word in ("break", "continue"):
            if not self._loops:
                raise TemplateError(f"`{{{{ {word} }}}}` stands outside of a range")
            return Leave(word)
        if word == "template":
            action.skip()
            start = action.place
            name, pipeline = action.string(), action.pipeline() if action.more else None
            position, shown = action.text_from(start)
            return Include(name, pipeline, (position, f"{{{{template {shown}}}}}"))
        if word in ("define", "block"):
            if word == "define" and self._open:
                raise TemplateError("`{{ define }}` stands inside of another block")
            return self._definition(word, action)
        return Show(action.pipeline())

    def _definition(self, word: str, action: "_Action") -> Node | None:
        action.skip()
        name = action.string()
        pipeline = action.pipeline() if word == "block" else None
        known, self._variables[:] = list(self._variables), ["$"]
        body, _ = self._body(word)
        self._variables[:] = known
        if not _is_empty(self._defined.get(name, ())):
            if not _is_empty(body):
                raise TemplateError(f"`{name}` is defined twice")
            body = self._defined[name]
        self._defined[name] = body
        return Include(name, pipeline, (0, "")) if word == "block" else None

    def _body(self, kind: str) -> tuple[tuple[Node, ...], "_Action | None"]:
        """The nodes of a block, and its `else` where there is one."""
        self._open += 1
        nodes, end = self._nodes()
        self._open -= 1
        if not end:
            raise TemplateError(f"`{{{{ {kind} }}}}` has no `{{{{ end }}}}`")
        action = _Action(self._pieces[self._place], self._functions, self._variables)
        self._place += 1
        action.skip()
        return nodes, action if end == "else" else None

    def _block(self, kind: str, action: "_Action") -> Block:
        known = len(self._variables)
        pipeline = action.pipeline(of_a_range=kind == "range")
        self._loops += kind == "range"
        body, other = self._body(kind)
        self._loops -= kind == "range"
        otherwise: tuple[Node, ...] = ()
        if other is not None and other.more:
            # `else if x` is `else`, `if x`, and one `end` for both; so is `else with`.
            word = other.keyword()
            if word != kind or kind == "range":
                raise TemplateError(f"`{{{{ else {word} }}}}` does not follow `{kind}`")
            other.skip()
            otherwise = (self._block(kind, other),)
        elif other is not None:
            otherwise, third = self._body(kind)
            if third is not None:
                raise TemplateError(f"`{kind}` has two `{{{{ else }}}}`")
        del self._variables[known:]
        return Block(kind, pipeline, body, otherwise)


class _Action:
    """The tokens of one action, read from the left."""

    def __init__(self, piece: Piece, functions: Collection[str], variables: list[str]) -> None:
        assert piece.tokens is not None
        self._tokens: Sequence[Token] = piece.tokens
        self.place = 0
        self._functions = functions
        self._variables = variables
        self._blanks()

    @property
    def more(self) -> bool:
        return self.place < len(self._tokens)

    def keyword(self) -> str:
        token = self._peek()
        return token.text if token is not None and token.kind == "word" else ""

    def skip(self) -> None:
        self.place += 1
        self._blanks()

    def string(self) -> str:
        token = self._peek()
        if token is None or token.kind not in ("string", "raw"):
            raise TemplateError("the name of a template is missing")
        self.skip()
        return str(_constant(token))

    def pipeline(self, *, of_a_range: bool = False, inner: bool = False) -> Pipeline:
        variables, declares = self._declared(of_a_range)
        commands: list[Command] = []
        while True:
            commands.append(self._command())
            if len(commands) > 1 and isinstance(commands[-1].operands[0], Literal | Dot):
                raise TemplateError(f"`{commands[-1].places[0][1]}` takes nothing from a pipe")
            token = self._peek()
            if token is None or token.text == ")":
                break
            self.skip()
        if (self._peek() is not None) != inner:
            raise TemplateError("a parenthesis is never closed" if inner else "`)` closes nothing")
        if inner:
            self.place += 1  # what follows at once is a field of it
        if declares:
            self._variables.extend(variables)
        return Pipeline(tuple(commands), variables, declares)

    def _declared(self, of_a_range: bool) -> tuple[tuple[str, ...], bool]:
        """`$x :=`, `$x =`, and of a range `$i, $x :=`."""
        start = self.place
        names: list[str] = []
        while (token := self._peek()) is not None and token.kind == "variable":
            names.append(token.text)
            self.skip()
            sign = self._peek()
            if sign is not None and sign.text in (":=", "="):
                if len(names) > 1 + of_a_range:
                    break
                self.skip()
                if sign.text == "=":
                    self._refuse_unknown(names)
                return tuple(names), sign.text == ":="
            if sign is None or sign.text != ",":
                break
            self.skip()
        self.place = start
        return (), True

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self._variables:
                raise TemplateError(f"undefined variable `{name}`")

    def _command(self) -> Command:
        operands: list[Operand] = []
        places: list[tuple[int, str]] = []
        self._blanks()
        start = self.place
        while (token := self._peek()) is not None and token.text not in ("|", ")"):
            first = self.place
            operand = self._operand()
            operands.append(operand)
            position, shown = self.text_from(first)
            places.append((getattr(operand, "position", position), shown))
            after = self._peek(blanks=True)
            if after is not None and after.kind != "space" and after.text not in ("|", ")"):
                raise TemplateError(f"`{after.text}` follows without a space")
            self._blanks()
        if not operands:
            raise TemplateError("a value is missing")
        return Command(tuple(operands), (*places, self.text_from(start)))

    def text_from(self, start: int) -> tuple[int, str]:
        """Where the tokens since then begin, and what they say."""
        tokens = self._tokens[start : self.place]
        shown = "".join(" " if token.kind == "space" else token.text for token in tokens)
        return tokens[0].position, shown.strip()

    def _operand(self) -> Operand:
        token = self._tokens[self.place]
        self.place += 1
        operand = self._term(token)
        names = [token.text[1:]] if token.kind == "field" else []
        position = token.position
        more = self.place
        while self.place < len(self._tokens) and self._tokens[self.place].kind == "field":
            position = self._tokens[more].position  # Go counts from the second part of a chain
            names.append(self._tokens[self.place].text[1:])
            self.place += 1
        if names and isinstance(operand, Literal):
            raise TemplateError(f"`{token.text}` has no fields")
        return Fields(operand, tuple(names), position) if names else operand

    def _term(self, token: Token) -> Operand:
        match token.kind:
            case "dot" | "field":
                return Dot()
            case "variable":
                self._refuse_unknown([token.text])
                return Variable(token.text, token.position)
            case "string" | "raw" | "char" | "number":
                return Literal(_constant(token))
            case "word" if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text])
            case "word":
                if token.text not in self._functions:
                    raise TemplateError(f"there is no function `{token.text}`")
                return Word(token.text, token.position)
        if token.text != "(":
            raise TemplateError(f"`{token.text}` stands where a value is expected")
        self._blanks()
        return self.pipeline(inner=True)

    def _peek(self, *, blanks: bool = False) -> Token | None:
        if not blanks:
            self._blanks()
        return self._tokens[self.place] if self.more else None

    def _blanks(self) -> None:
        while self.more and self._tokens[self.place].kind == "space":
            self.place += 1


def _is_empty(nodes: Sequence[Node]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in nodes)


def _constant(token: Token) -> str | int | float:
    text = token.text
    if token.kind == "raw":
        return text[1:-1].replace("\r", "")
    if token.kind == "string":
        return _ESCAPE.sub(_unescaped, text[1:-1])
    if token.kind == "char":
        letter = _ESCAPE.sub(_unescaped, text[1:-1])
        if len(letter) != 1:
            raise TemplateError(f"{text} is no character")
        return ord(letter)
    plain = text.replace("_", "")
    try:
        if re.fullmatch(r"[+-]?0[xX].*", plain):
            return float.fromhex(plain) if set(plain) & set(".pP") else int(plain, 16)
        if not set(plain) & set(".eE"):
            return int(plain, 8 if re.fullmatch(r"[+-]?0[0-9]+", plain) else 0)
        return float(plain)
    except ValueError:
        raise TemplateError(f"`{text}` is no number") from None


def _unescaped(found: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if found[group]:
            code = int(found[group], base)
            if code > (0o377 if base == 8 else 0x10FFFF):
                raise TemplateError(f"the escape {found[0]} is no character")
            return chr(code)
    if found[5] in _ESCAPES:
        return _ESCAPES[found[5]]
    if found[5] in "\\'\"":
        return found[5]
    raise Refused(f"the escape {found[0]} of a string")
