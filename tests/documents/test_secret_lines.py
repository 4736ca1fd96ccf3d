"""Lines that may hold a secret, found without trying a pattern on every line."""

import pytest

from opsready.documents.secret_lines import suspicious_lines

KEY = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3cD6"


@pytest.mark.parametrize(
    "line",
    [
        'password = "Tr0ub4dor"',
        'PASSWORD="Tr0ub4dor"',
        'db["api_key"] = "Tr0ub4dor"',
        'char secret[25] = "Tr0ub4dor";',
        'secret("Tr0ub4dor")',
        'if ("Tr0ub4dor" == my_password) {}',
        'private_key "Tr0ub4dor";',
        'passwd => "Tr0ub4dor"',
        "contraseña: 'Tr0ub4dor'",
        "x = AKIA" + "Q3JX7LPBWN5VYTRS",
        "postgres://orders:" + "Tr0ub4dor@db/x",
        "token ghp_" + KEY,
        "110201543:" + KEY[:35],
        "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ." + KEY[:27],
    ],
)
def test_a_line_that_a_detector_may_take_for_a_secret_is_found(line: str) -> None:
    text = f"one\ntwo\n{line}\nfour\n"
    assert suspicious_lines(text, names_suffice=False) == [3]


@pytest.mark.parametrize(
    "line",
    [
        "from shop.secrets import read_secret",
        "def login(password: str) -> None:",
        "# the secret is kept elsewhere",
        "PASSWORD = os.environ[PASSWORD_NAME]",
        "https://example.com/a:b",
        "AKIA",
        "eyJ",
    ],
)
def test_a_line_that_only_names_one_is_left_out(line: str) -> None:
    assert suspicious_lines(f"{line}\n", names_suffice=False) == []


def test_in_some_files_a_value_needs_no_quotes() -> None:
    assert suspicious_lines("password: Tr0ub4dor\n", names_suffice=True) == [1]
    assert suspicious_lines("password: Tr0ub4dor\n", names_suffice=False) == []


def test_a_line_that_a_packer_wrote_is_left_out() -> None:
    text = 'password = "Tr0ub4dor"' + " " * 2_000 + "\n"
    assert suspicious_lines(text * 2 + 'pwd = "x1"\n', names_suffice=False) == [3]
