"""Commands as a person types them: words of pieces, and what only a shell could do."""

import pytest

from opsready.documents.typed import Made, Typed, filled, read_typed


def shown(typed: Typed) -> list[str]:
    """Each word as one text: `$NAME` for a variable, `$(…)` for a command."""
    marks = {Made.WRITTEN: "{}", Made.VARIABLE: "${}", Made.COMMAND: "$({})"}
    return ["".join(marks[p.made].format(p.text) for p in word) for word in typed.words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl -s http://a/b", ["curl", "-s", "http://a/b"]),
        ("curl 'a b' \"c d\" e\\ f", ["curl", "a b", "c d", "e f"]),
        ("aws --query \"x[?y=='z']\"", ["aws", "--query", "x[?y=='z']"]),
        (
            "curl -w '%{http_code}\\n' \"$URL/ready\"",
            ["curl", "-w", "%{http_code}\\n", "$URL/ready"],
        ),
        ("aws a \\\n  --b ${C}", ["aws", "a", "--b", "$C"]),
        ('echo "$(date -u +%s)"', ["echo", "$(date -u +%s)"]),
        ("aws x # why", ["aws", "x"]),
        ("echo '$KEPT' \\$too", ["echo", "$KEPT", "$too"]),
        ('run ""', ["run", ""]),
    ],
)
def test_words_are_read_as_posix_quotes_them(text: str, words: list[str]) -> None:
    [typed] = read_typed(text)
    assert (shown(typed), typed.beyond) == (words, "")


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("aws x | jq .", "a pipe"),
        ("cd a && make", "`&`"),
        ("aws x > out", "a redirection"),
        ("A=1 aws x", "a variable set for one command"),
        ("echo ${A#*:}", "an expansion"),
        ("a; b", "several commands in one line"),
    ],
)
def test_what_only_a_shell_can_do_is_named(text: str, beyond: str) -> None:
    assert read_typed(text)[-1].beyond == beyond


def test_an_assignment_is_told_apart_and_says_what_it_needs() -> None:
    text = '# the place\nexport REGION=here\nA=1 B="$REGION"\nC="$(aws x \\\n  --y "$B")" # why\n'
    found = [(t.name, t.line, shown(t), sorted(t.uses)) for t in read_typed(text, 10)]
    assert found == [
        ("REGION", 11, ["here"], []),
        ("A", 12, ["1"], []),
        ("B", 12, ["$REGION"], ["REGION"]),
        ("C", 13, ['$(aws x    --y "$B")'], ["B"]),
    ]


def test_a_value_over_several_lines_is_one_command() -> None:
    [typed] = read_typed("aws x --overrides '{\n  \"a\": 1\n}'")
    assert shown(typed) == ["aws", "x", "--overrides", '{\n  "a": 1\n}']


def test_known_variables_are_put_in_and_others_stay() -> None:
    assert filled("$A ${B} $C", {"A": "1", "B": "2"}) == "1 2 $C"
