"""Text to nodes: what is read, what is refused, and with which words."""

import pytest

from opsready.promql import PromQLError, Refused, parse, print_expr
from opsready.promql.build import MAX_HEIGHT
from opsready.promql.nodes import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
    walk,
)
from opsready.promql.parse import MAX_NESTING
from opsready.promql.semantics import SEMANTICS
from opsready.promql.signatures import REFUSED_CALLS

X, Y, Z = Selector("x"), Selector("y"), Selector("z")
PAIRED = Matching()


def fault_of(text: str) -> PromQLError:
    with pytest.raises(PromQLError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("x", X),
        ("job:x:rate5m", Selector("job:x:rate5m")),
        ("x{}", X),
        (
            """x{a="1", b!='2', c=~`3.`, "d.e"!~"4",}""",
            Selector("x", (
                Matcher("a", "=", "1"),
                Matcher("b", "!=", "2"),
                Matcher("c", "=~", "3."),
                Matcher("d.e", "!~", "4"),
            )),
        ),
        ('{"my.metric", a="b"}', Selector("my.metric", (Matcher("a", "=", "b"),))),
        ('{a="b", __name__="x"}', Selector("x", (Matcher("a", "=", "b"),))),
        ('{__name__=~"x|y"}', Selector(None, (Matcher("__name__", "=~", "x|y"),))),
        ('x{sum="1", inf="2", on="3"}', Selector("x", (
            Matcher("sum", "=", "1"), Matcher("inf", "=", "2"), Matcher("on", "=", "3"),
        ))),
        ("x offset 5m", Selector("x", offset_ms=300_000)),
        ("x offset -90s", Selector("x", offset_ms=-90_000)),
        ("x offset 1.5", Selector("x", offset_ms=1500)),
        ("x offset 0s", X),
        ("x @ 1609746000.5", Selector("x", at=1_609_746_000_500)),
        ("x @ -1.5", Selector("x", at=-1500)),
        ("x @ 5m", Selector("x", at=300_000)),
        ("x @ start() offset 1m", Selector("x", offset_ms=60_000, at="start")),
        ("x OFFSET 1m @ END()", Selector("x", offset_ms=60_000, at="end")),
        ("x[5m]", Range(X, 300_000)),
        ("x[300]", Range(X, 300_000)),
        ("x[1h30m] offset 1d @ 1", Range(Selector("x", (), 86_400_000, 1000), 5_400_000)),
        ("x @ start() [5m]", Range(Selector("x", at="start"), 300_000)),
        ("x[1h:1m]", Subquery(X, 3_600_000, 60_000)),
        ("x[1h:]", Subquery(X, 3_600_000)),
        ("x[1h:1m] @ end() offset 1m", Subquery(X, 3_600_000, 60_000, 60_000, "end")),
        ("(x)[1h:] offset 1m", Subquery(X, 3_600_000, None, 60_000)),
        ("x offset 1m [1h:]", Subquery(Selector("x", offset_ms=60_000), 3_600_000)),
    ],
)  # fmt: skip
def test_selectors_ranges_and_subqueries(text: str, node: Expr) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("5", Number(5)),
        ("-5", Number(-5)),
        ("- -5", Number(5)),
        ("-Inf", Number(float("-inf"))),
        ("1h", Number(3600)),
        ("(5)", Number(5)),
        (r'"a\n"', String("a\n")),
        ("-x", Unary("-", X)),
        ("+-x", Unary("+", Unary("-", X))),
    ],
)
def test_literals_and_signs(text: str, node: Expr) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("x + y * z", "x + (y * z)"),
        ("x * y + z", "(x * y) + z"),
        ("x - y - z", "(x - y) - z"),
        ("x ^ y ^ z", "x ^ (y ^ z)"),
        ("x * y ^ z", "x * (y ^ z)"),
        ("x atan2 y * z", "(x atan2 y) * z"),
        ("-x ^ y", "-(x ^ y)"),
        ("-x * y", "(-x) * y"),
        ("x ^ -y * z", "(x ^ (-y)) * z"),
        ("-1 ^ 2", "-(1 ^ 2)"),
        ("-x offset 5m", "-(x offset 5m)"),
        ("x > y + z", "x > (y + z)"),
        ("x > y == z", "(x > y) == z"),
        ("x and y or z", "(x and y) or z"),
        ("x or y and z", "x or (y and z)"),
        ("x unless y and z", "(x unless y) and z"),
        ("x == y and z != y", "(x == y) and (z != y)"),
    ],
)
def test_operators_bind_as_prometheus_binds_them(text: str, grouped: str) -> None:
    assert parse(text) == parse(grouped)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("x + y", Binary("+", X, Y, PAIRED)),
        ("x + 1", Binary("+", X, Number(1))),
        ("1 < bool 2", Binary("<", Number(1), Number(2), None, True)),
        ("x == bool y", Binary("==", X, Y, PAIRED, True)),
        ("x / on (a, b) y", Binary("/", X, Y, Matching(True, ("a", "b")))),
        ("x / ignoring(a) y", Binary("/", X, Y, Matching(False, ("a",)))),
        (
            "x * on(a) group_left(b, c) y",
            Binary("*", X, Y, Matching(True, ("a",), "many-to-one", ("b", "c"))),
        ),
        (
            "x * ignoring(a) group_right y",
            Binary("*", X, Y, Matching(False, ("a",), "one-to-many")),
        ),
        ("x and y", Binary("and", X, Y, Matching(cardinality="many-to-many"))),
        ("x OR on() y", Binary("or", X, Y, Matching(True, (), "many-to-many"))),
        ('x + on(by, "a.b",) y', Binary("+", X, Y, Matching(True, ("by", "a.b")))),
    ],
)  # fmt: skip
def test_operations_pair_their_vectors(text: str, node: Expr) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("time()", Call("time")),
        ("rate(x[5m])", Call("rate", (Range(X, 300_000),))),
        ("round(x, 5)", Call("round", (X, Number(5)))),
        ("hour()", Call("hour")),
        ("sum(x)", Aggregation("sum", X)),
        ("sum by (a, b) (x)", Aggregation("sum", X, labels=("a", "b"))),
        ("sum(x) by (a, b)", Aggregation("sum", X, labels=("a", "b"))),
        ("Sum Without () (x)", Aggregation("sum", X, without=True)),
        ("topk(5, x)", Aggregation("topk", X, Number(5))),
        ("quantile without (a) (0.9, x)", Aggregation("quantile", X, Number(0.9), ("a",), True)),
        ('count_values("v", x)', Aggregation("count_values", X, String("v"))),
    ],
)
def test_calls_and_aggregations(text: str, node: Expr) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    "word", ["sum", "by", "without", "offset", "and", "or", "unless", "limitk"]
)
def test_a_keyword_names_a_metric_where_no_operator_can_stand(word: str) -> None:
    assert parse(word) == Selector(word)
    assert parse(f"{word}{{a='b'}} and {word}") == Binary(
        "and",
        Selector(word, (Matcher("a", "=", "b"),)),
        Selector(word),
        Matching(cardinality="many-to-many"),
    )


@pytest.mark.parametrize("word", ["start", "end", "fill", "anchored", "step", "group_by"])
def test_other_words_are_plain_names(word: str) -> None:
    assert parse(word) == Selector(word)


def test_every_node_knows_its_place_in_the_text() -> None:
    text = 'topk(2, -(rate(x{a="b"}[5m] offset 1m) / y))'
    places = [text[slice(*node.span)] for node in walk(parse(text))]
    assert places == [
        text,
        "2",
        '-(rate(x{a="b"}[5m] offset 1m) / y)',
        'rate(x{a="b"}[5m] offset 1m) / y',
        'rate(x{a="b"}[5m] offset 1m)',
        'x{a="b"}[5m] offset 1m',
        'x{a="b"}',
        "y",
    ]


def test_the_place_of_an_operation_holds_the_parentheses_of_its_sides() -> None:
    text = "1 - (x + y) * (z)"
    product = parse(text).children[1]
    assert text[slice(*product.span)] == "(x + y) * (z)"


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "there is no expression: the text is empty"),
        ("x y", 3, "expected an operator or the end of the expression, found 'y'"),
        ("x +", 4, "expected an expression, found end of the expression"),
        ("rate(x[5m],)", 12, "expected an expression, found ')'"),
        ("sum by a (x)", 8, "expected '(' and labels, found 'a'"),
        ("sum by (a b) (x)", 11, "expected a comma or ')', found 'b'"),
        ("sum by (1) (x)", 9, "expected the name of a label, found '1'"),
        ('sum by ("") (x)', 9, "a label needs a name"),
        ("sum by (a) x", 12, "expected '(' and arguments, found 'x'"),
        ("x{a}", 4, "expected one of = != =~ !~, found '}'"),
        ("x{a=b}", 5, "expected a string in quotes, found 'b'"),
        ('x{a:b="c"}', 3, "expected the name of a label, found 'a:b'"),
        ('x{a="b" c="d"}', 9, "expected a comma or '}', found 'c'"),
        ("x[5m", 2, "expected ':' or ']': this '[' is not closed"),
        ("x[m]", 3, "expected a duration like 5m, found 'm'"),
        ("x[5m 1m]", 6, "expected ']' or ':' after the duration, found '1m'"),
        ("x[30m1h]", 3, "a duration has whole numbers, and its units in the order"
         " y w d h m s ms, each once"),
        ("x[0s]", 3, "a window must be at least one millisecond long"),
        ("x[5m:0s]", 6, "a window must be at least one millisecond long"),
        ("x offset y", 10, "expected a duration like 5m, found 'y'"),
        ("x @ y", 5, "expected a time in seconds, start() or end(), found 'y'"),
        ("x @ start", 10, "expected '()', found end of the expression"),
        ("x @ Inf", 5, "@ needs a time in seconds since 1970"),
        ("x + on 1", 8, "expected '(' and labels, found '1'"),
        ('{a="\\q"}', 4, '\\q is no escape of a string in "'),
    ],
)  # fmt: skip
def test_a_fault_of_grammar_says_what_was_expected(text: str, column: int, message: str) -> None:
    fault = fault_of(text)
    assert (fault.column, fault.message) == (column, message)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("rate(x)", 6, "rate() takes a range vector, and this is an instant vector;"
         " give it a window: x[5m]"),
        ("abs(x[5m])", 5, "abs() takes an instant vector, and this is a range vector"),
        ("rate(x[5m], 1)", 1, "rate() takes 1 argument, and 2 are given"),
        ("round()", 1, "round() takes 1 to 2 arguments, and 0 are given"),
        ("rrate(x[5m])", 1, "there is no function rrate"),
        ("Rate(x[5m])", 1, "there is no function Rate; functions are in lower case: rate"),
        ("sum()", 1, "sum takes one argument, and 0 are given"),
        ("topk(x)", 1, "topk takes two arguments, and 1 are given"),
        ("sum(1)", 5, "sum takes an instant vector, and this is a scalar"),
        ("topk(y, x)", 6, "the parameter of topk takes a scalar, and this is an instant vector"),
        ("count_values(1, x)", 14, "the parameter of count_values takes a string,"
         " and this is a scalar"),
        ("1 > 2", 3, "between two scalars a comparison needs bool: > bool"),
        ("x + bool y", 3, "bool belongs to a comparison, and + is none"),
        ("x and 1", 3, "and needs an instant vector on both sides"),
        ("1 or 2", 3, "or needs an instant vector on both sides"),
        ("x + on(a) 1", 3, "on and ignoring need an instant vector on both sides"),
        ("x and on(a) group_left y", 3, "and does not take group_left or group_right"),
        ("x * on(a) group_left(a) y", 3, "the label a cannot stand both in on and in group_left"
         " or _right"),
        ("x[5m] + 1", 1, "+ takes scalars and instant vectors, and this is a range vector"),
        ('-"a"', 1, "a sign cannot stand before a string"),
        ("1[5m:]", 1, "a subquery takes an instant vector, and this is a scalar"),
        ("rate(x[5m])[5m]", 12, "a range like [5m] follows a metric; of an expression take"
         " a subquery, [5m:]"),
        ("(x)[5m]", 4, "a range like [5m] stands inside the parentheses;"
         " or take a subquery: [5m:]"),
        ("(x) offset 5m", 5, "offset stands inside the parentheses, after the metric"),
        ("sum(x) offset 5m", 8, "offset follows a metric, a range or a subquery,"
         " not another expression"),
        ("sum(x) @ 1", 8, "@ follows a metric, a range or a subquery, not another expression"),
        ("x offset 5m [5m]", 13, "the range comes before offset and @: x[5m] offset 1h"),
        ("x @ 1 [5m]", 7, "the range comes before offset and @: x[5m] offset 1h"),
        ("x offset 1m offset 2m", 13, "the offset is already given"),
        ("x @ 1 @ 2", 7, "the time of @ is already given"),
        ("{}", 1, "a selector needs a metric name, or a matcher that an empty label does not pass"),
        ('{a=~".*"}', 1, "a selector needs a metric name, or a matcher that an empty label"
         " does not pass"),
        ('x{__name__="y"}', 3, "the metric already has the name x; it cannot have a second"),
        ('x{a=~"("}', 3, "the regular expression has a ( without )"),
    ],
)  # fmt: skip
def test_a_fault_of_type_says_what_does_not_fit(text: str, column: int, message: str) -> None:
    fault = fault_of(text)
    assert (fault.column, fault.message) == (column, message)
    assert not isinstance(fault, Refused)


@pytest.mark.parametrize(
    ("text", "column", "message", "since"),
    [
        ("rate(x[300])", 8, "Prometheus before 2.54 does not read 300 as a duration", "2.55"),
        ("x offset 5", 10, "Prometheus before 2.54 does not read 5 as a duration", "2.55"),
        ("x[5m:60]", 6, "Prometheus before 2.54 does not read 60 as a duration", "2.55"),
        ("x > 5m", 5, "Prometheus before 2.54 does not read 5m as a number", "2.55"),
        ("x @ 5m", 5, "Prometheus before 2.54 does not read 5m as a number", "2.55"),
        ("1_000", 1, "Prometheus before 2.54 does not read 1_000 as a number", "2.55"),
        ('{"x"}', 2, "Prometheus before 3.0 reads no name in quotes", "3.0"),
        ('x{"a"="b"}', 3, "Prometheus before 3.0 reads no name in quotes", "3.0"),
        ('sum by ("a") (x)', 9, "Prometheus before 3.0 reads no name in quotes", "3.0"),
    ],
)
def test_what_an_older_prometheus_does_not_read_is_a_fault_under_its_semantics(
    text: str, column: int, message: str, since: str
) -> None:
    versions = list(SEMANTICS)
    for version in versions[: versions.index(since)]:
        with pytest.raises(PromQLError) as caught:
            parse(text, SEMANTICS[version])
        assert (caught.value.column, caught.value.message) == (column, message)
    for version in versions[versions.index(since) :]:
        parse(text, SEMANTICS[version])


@pytest.mark.parametrize("name", sorted(REFUSED_CALLS))
def test_an_experimental_function_is_refused_and_not_called_unknown(name: str) -> None:
    refusal = fault_of(f"x + {name}(2, x)")
    assert isinstance(refusal, Refused)
    assert (refusal.column, refusal.message) == (5, REFUSED_CALLS[name])


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("limitk by (a) (2, x)", 1, "limitk() is experimental"),
        ("x anchored", 3, "the modifier anchored is experimental"),
        ("rate(x[5m] Smoothed)", 12, "the modifier smoothed is experimental"),
        ("x </ y", 3, "the native histogram operator </ is experimental"),
        ("x >/ 0.5", 3, "the native histogram operator >/ is experimental"),
        ("x[5m * 2]", 6, "a duration that is calculated is experimental"),
        ("x[(5m)]", 3, "a duration that is calculated is experimental"),
        ("x[step()]", 3, "a duration that is calculated is experimental"),
        ("x[1h:range()]", 6, "a duration that is calculated is experimental"),
        ("x offset (5m)", 10, "a duration that is calculated is experimental"),
        ("x offset min(1m, 2m)", 10, "a duration that is calculated is experimental"),
        ("x[1h::1m]", 5, "a subquery aligned with :: is experimental"),
        (r'x{a=~"\\pL"}', 3, r"the Unicode class \p is not read here"),
    ],
)
def test_other_syntax_that_is_not_evaluated_is_refused(text: str, column: int, reason: str) -> None:
    refusal = fault_of(text)
    assert isinstance(refusal, Refused)
    assert refusal.column == column
    assert refusal.message.startswith(reason)


DEEP = MAX_NESTING - 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * DEEP + "x" + ")" * DEEP,
        "abs(" * DEEP + "x" + ")" * DEEP,
        "sum by (a) (" * DEEP + "x" + ")" * DEEP,
        "-" * DEEP + "x",
        "x" + " ^ x" * DEEP,
        " or ".join(["x"] * MAX_HEIGHT),
    ],
)
def test_what_is_as_deep_as_allowed_is_read_printed_compared_and_walked(text: str) -> None:
    expr = parse(text)
    assert parse(print_expr(expr)) == expr
    assert hash(expr) == hash(parse(text))
    assert sum(node == X for node in walk(expr)) == text.count("x")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1_000_000,
        "abs(" * 1_000,
        "-" * 1_000_000,
        "x" + " ^ x" * 100_000,
        "x" + " or x" * 100_000,
        "x" + "[5m:1m]" * 100_000,
        "((x" + " or x" * 200 + ")" + " or x" * 200 + ")" + " or x" * 200,
    ],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)
def test_what_lies_too_deep_is_a_fault_and_no_recursion_error(text: str) -> None:
    assert fault_of(text).line == 1


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 1_000_000,
        "{" * 1_000_000,
        '"' + "a" * 1_000_000,
        '"' + "\\n" * 500_000,
        "1_" * 500_000,
        "1" * 1_000_000 + "x",
        "x{" + 'a="b",' * 160_000,
        'x{a=~"' + "(" * 1_000_000 + '"}',
        'x{a=~"[' + "[:" * 500_000 + '"}',
    ],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)
def test_a_megabyte_of_rubbish_is_a_fault_whose_words_are_short(text: str) -> None:
    fault = fault_of(text)
    assert len(str(fault)) < 200
    assert len(fault.caret()) < 500
