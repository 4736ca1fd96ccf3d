"""Names and values in formats without a noun of their own."""

from opsready.documents.named_value import named_values, quoted_values

LINES = """\
# password: commented
export DB_PASSWORD=hunter2
database:
  password: 'hunter2'   # why
  port: 5432
[mail]
smtp.password = hunter2
token = "$TOKEN"
list: [a, b]
a sentence with: several words
"""


def test_lines_that_are_a_name_and_a_plain_value() -> None:
    found = [(v.line, v.name, v.value) for v in named_values(LINES)]
    assert found == [
        (2, "DB_PASSWORD", "hunter2"),
        (4, "password", "hunter2"),
        (5, "port", "5432"),
        (7, "smtp.password", "hunter2"),
        (8, "token", None),
    ]


CODE = """\
const apiKey = "a";
const key string = "b"
let x: string = 'c', y = {password: `d`};
String password = "e";
if (a == "f") {}
"""


def test_strings_in_quotes_behind_a_name() -> None:
    found = [(v.line, v.name, v.value) for v in quoted_values(CODE)]
    assert found == [
        (1, "apiKey", "a"),
        (2, "key", "b"),
        (3, "x", "c"),
        (3, "password", "d"),
        (4, "password", "e"),
    ]
