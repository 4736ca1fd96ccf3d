"""The grammar of PromQL, read by precedence climbing."""

from opsready.promql import lex, literals
from opsready.promql.build import Builder
from opsready.promql.error import PromQLError, shown
from opsready.promql.lex import (
    AGGREGATORS,
    DURATION,
    END,
    KEYWORDS,
    NAME,
    NAMING_KEYWORDS,
    NUMBER,
    STRING,
    Token,
    tokens,
)
from opsready.promql.nodes import (
    METRIC_NAME,
    PRECEDENCE,
    At,
    Expr,
    Matcher,
    Matching,
    String,
    Subquery,
)
from opsready.promql.semantics import DEFAULT, Semantics

MAX_NESTING = 100
"""How deep parentheses may lie: a level takes up to five frames, and Python stops at 1000."""

_SIGN_PRECEDENCE = PRECEDENCE["*"]
_MATCH_OPERATORS = frozenset({"=", "!=", "=~", "!~"})
_LABEL_KEYWORDS = KEYWORDS - {"without"}
_ONE_TO_ONE = Matching()

_IS_EXPERIMENTAL = "experimental in Prometheus 3, and not evaluated here"
_REFUSED_AFTER_OPERAND = {
    "</": f"the native histogram operator </ is {_IS_EXPERIMENTAL}",
    ">/": f"the native histogram operator >/ is {_IS_EXPERIMENTAL}",
    "anchored": f"the modifier anchored is {_IS_EXPERIMENTAL}",
    "smoothed": f"the modifier smoothed is {_IS_EXPERIMENTAL}",
}
_CALCULATED = f"a duration that is calculated is {_IS_EXPERIMENTAL}"
_REFUSED_IN_DURATION = {
    **dict.fromkeys(
        ("+", "-", "*", "/", "%", "^", "(", "step", "range", "min", "max"), _CALCULATED
    ),
    "::": f"a subquery aligned with :: is {_IS_EXPERIMENTAL}",
}


def parse(text: str, semantics: Semantics = DEFAULT) -> Expr:
    """The expression that `text` states, its types checked.

    Raises PromQLError where the text is no PromQL of that version, and its subclass Refused where
    it is PromQL that is not evaluated here: experimental, or removed in Prometheus 3.
    """
    return _Parser(text, semantics).whole()


class _Parser:
    def __init__(self, text: str, semantics: Semantics) -> None:
        self.build = Builder(text, semantics)
        self._next = tokens(text).__next__
        self.token = self._next()
        self.last_end = 0
        self.depth = 0

    def whole(self) -> Expr:
        if self.token.kind == END:
            raise self.build.fault("there is no expression: the text is empty", (0, 1))
        expr = self.expression(1)
        if self.token.kind != END:
            raise self.unexpected("an operator or the end of the expression")
        return expr

    # Tokens

    def advance(self) -> Token:
        token = self.token
        self.last_end = token.end
        self.token = self._next()
        return token

    def accept(self, kind: str) -> bool:
        if self.token.kind != kind:
            return False
        self.advance()
        return True

    def close(self, kind: str, opening: Token, expected: str) -> int:
        """Reads the closing `kind`; the offset after it."""
        if self.token.kind == END:
            message = f"expected {expected}: this '{opening.kind}' is not closed"
            raise self.build.fault(message, (opening.start, opening.end))
        if self.token.kind != kind:
            raise self.unexpected(expected)
        return self.advance().end

    def unexpected(self, expected: str) -> PromQLError:
        token = self.token
        found = END if token.kind == END else f"'{shown(token.text)}'"
        return self.build.fault(f"expected {expected}, found {found}", self.token_span())

    def token_span(self) -> tuple[int, int]:
        return (self.token.start, max(self.token.end, self.token.start + 1))

    # Operators

    def expression(self, floor: int) -> Expr:
        """An operand and all that follows it by operators of at least the precedence `floor`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            message = f"the expression is nested more than {MAX_NESTING} levels deep"
            raise self.build.fault(message, self.token_span())
        start = self.token.start
        left = self.operand()
        while (precedence := PRECEDENCE.get(self.token.kind, 0)) >= floor:
            op = self.advance()
            returns_bool = self.accept("bool")
            matching = self.matching()
            right = self.expression(precedence if op.kind == "^" else precedence + 1)
            span = (start, self.last_end)
            left = self.build.binary(op, (left, right), matching, span, returns_bool=returns_bool)
        self.depth -= 1
        return left

    def matching(self) -> Matching:
        if self.token.kind not in ("on", "ignoring"):
            return _ONE_TO_ONE
        on = self.advance().kind == "on"
        labels = self.labels()
        side = self.token.kind
        if side not in ("group_left", "group_right"):
            return Matching(on, labels)
        self.advance()
        include = self.labels() if self.token.kind == "(" else ()
        return Matching(
            on, labels, "many-to-one" if side == "group_left" else "one-to-many", include
        )

    def labels(self) -> tuple[str, ...]:
        opening = self.token
        if not self.accept("("):
            raise self.unexpected("'(' and labels")
        found: list[str] = []
        while self.token.kind != ")":
            found.append(self.label())
            if not self.accept(","):
                break
        self.close(")", opening, "a comma or ')'")
        return tuple(found)

    def label(self) -> str:
        token = self.token
        if token.kind == STRING:
            label = self.build.quoted_name(self.advance())
            if not label:
                raise self.build.fault("a label needs a name", (token.start, token.end))
            return label
        if token.kind != NAME and token.kind not in _LABEL_KEYWORDS:
            raise self.unexpected("the name of a label")
        return self.advance().text

    # Operands

    def operand(self) -> Expr:
        token = self.token
        kind = token.kind
        if kind in ("+", "-"):
            self.advance()
            operand = self.expression(_SIGN_PRECEDENCE + 1)
            return self.build.unary(token, operand, self.last_end)
        if kind == "(":
            self.advance()
            expr = self.expression(1)
            self.close(")", token, "an operator or ')'")
            return self.modified(expr, token.start, parenthesised=True)
        return self.modified(self.plain_operand(), token.start)

    def plain_operand(self) -> Expr:
        token = self.token
        match token.kind:
            case lex.NAME:
                self.advance()
                return self.call(token) if self.token.kind == "(" else self.selector(token)
            case lex.NUMBER | lex.DURATION:
                return self.build.number(self.advance())
            case lex.STRING:
                self.advance()
                value = self.build.read(literals.unquote, token)
                return String(value, span=(token.start, token.end))
            case "{":
                return self.selector(None)
        if token.kind in NAMING_KEYWORDS:
            self.advance()
            if token.kind in AGGREGATORS and self.token.kind in ("(", "by", "without"):
                return self.aggregation(token)
            return self.selector(token)
        raise self.unexpected("an expression")

    def call(self, name: Token) -> Expr:
        self.build.signature(name)
        args = self.arguments()
        return self.build.call(name, args, self.last_end)

    def arguments(self) -> list[Expr]:
        opening = self.token
        if not self.accept("("):
            raise self.unexpected("'(' and arguments")
        args: list[Expr] = []
        if self.token.kind != ")":
            args.append(self.expression(1))
            while self.accept(","):
                args.append(self.expression(1))
        self.close(")", opening, "an operator, a comma or ')'")
        return args

    def aggregation(self, op: Token) -> Expr:
        self.build.refuse_experimental(op)
        args: list[Expr] | None = None
        labels: tuple[str, ...] = ()
        without = False
        if self.token.kind == "(":
            args = self.arguments()
        if self.token.kind in ("by", "without"):
            without = self.advance().kind == "without"
            labels = self.labels()
        if args is None:
            args = self.arguments()
        return self.build.aggregation(op, args, labels, without=without, end=self.last_end)

    # Selectors

    def selector(self, name: Token | None) -> Expr:
        start = self.token.start if name is None else name.start
        matchers = self.matchers() if self.token.kind == "{" else []
        return self.build.selector(
            None if name is None else name.text, matchers, (start, self.last_end)
        )

    def matchers(self) -> list[Matcher]:
        opening = self.advance()
        found: list[Matcher] = []
        while self.token.kind != "}":
            found.append(self.matcher())
            if not self.accept(","):
                break
        self.close("}", opening, "a comma or '}'")
        return found

    def matcher(self) -> Matcher:
        name = self.token
        if name.kind == STRING:
            label = self.build.quoted_name(self.advance())
            if self.token.kind not in _MATCH_OPERATORS:  # {"x"}: a metric's name in quotes
                return self.build.matcher(METRIC_NAME, "=", label, (name.start, name.end))
        elif name.text.isidentifier():  # inside braces no word is a keyword
            label = self.advance().text
        else:
            raise self.unexpected("the name of a label")
        op = self.token
        if op.kind not in _MATCH_OPERATORS:
            raise self.unexpected("one of = != =~ !~")
        self.advance()
        if self.token.kind != STRING:
            raise self.unexpected("a string in quotes")
        value = self.build.read(literals.unquote, self.advance())
        return self.build.matcher(label, op.kind, value, (name.start, self.last_end))

    # What follows an operand: ranges, subqueries, offset, @

    def modified(self, expr: Expr, start: int, *, parenthesised: bool = False) -> Expr:
        while (kind := self.token.kind) in ("[", "offset", "@"):
            opening = self.token
            place = (opening.start, opening.end)
            if kind == "[":
                expr = self.window(expr, start, parenthesised=parenthesised)
            elif parenthesised:
                raise self.build.fault(
                    f"{kind} stands inside the parentheses, after the metric", place
                )
            elif kind == "offset":
                offset_ms = self.offset()
                expr = self.build.offset(expr, offset_ms, place, self.last_end)
            else:
                at = self.at()
                expr = self.build.at(expr, at, place, self.last_end)
            parenthesised = parenthesised and not isinstance(expr, Subquery)
        if reason := _REFUSED_AFTER_OPERAND.get(kind if kind != NAME else self.token.text.lower()):
            raise self.build.refusal(reason, self.token_span())
        return expr

    def window(self, expr: Expr, start: int, *, parenthesised: bool) -> Expr:
        opening = self.advance()
        range_ms = self.build.window(self.duration())
        if self.token.kind != ":":
            end = self.close("]", opening, "':' or ']'")
            if parenthesised:
                message = (
                    "a range like [5m] stands inside the parentheses; or take a subquery: [5m:]"
                )
                raise self.build.fault(message, (opening.start, end))
            return self.build.range(expr, range_ms, (opening.start, end), end)
        self.advance()
        step_ms = None if self.token.kind == "]" else self.build.window(self.duration())
        end = self.close("]", opening, "']'")
        return self.build.subquery(expr, range_ms, step_ms, (start, end))

    def duration(self) -> Token:
        """The duration of a range or step, with no arithmetic after it."""
        token = self.token
        if token.kind not in (DURATION, NUMBER) or token.text[0] not in "0123456789.":
            raise self.no_duration("a duration like 5m")
        self.advance()
        if self.token.kind not in (":", "]", END):
            raise self.no_duration("']' or ':' after the duration")
        return token

    def no_duration(self, expected: str) -> PromQLError:
        if reason := _REFUSED_IN_DURATION.get(self.token.text.lower()):
            return self.build.refusal(reason, self.token_span())
        return self.unexpected(expected)

    def offset(self) -> int:
        self.advance()
        sign = self.advance().kind if self.token.kind in ("+", "-") else "+"
        if self.token.kind not in (DURATION, NUMBER):
            raise self.no_duration("a duration like 5m")
        offset_ms = self.build.milliseconds(self.advance())
        return -offset_ms if sign == "-" else offset_ms

    def at(self) -> At:
        self.advance()
        token = self.token
        if token.kind == NAME and token.text.lower() in ("start", "end"):
            self.advance()
            opening = self.token
            if not self.accept("("):
                raise self.unexpected("'()'")
            self.close(")", opening, "')'")
            return "start" if token.text.lower() == "start" else "end"
        negative = self.advance().kind == "-" if token.kind in ("+", "-") else False
        if self.token.kind not in (DURATION, NUMBER):
            raise self.unexpected("a time in seconds, start() or end()")
        return self.build.at_ms(self.advance(), negative=negative)
