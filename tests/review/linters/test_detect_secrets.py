"""detect-secrets, the real one: one secret of each kind is found, and its value nowhere shown."""

from dataclasses import asdict
from pathlib import Path

import pytest

from opsready.review.linters import detect_secrets
from opsready.review.linters.detect_secrets import LINTER
from tests.review.linters.asked import ask, found, silenced

LETTERS = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3cD6eF9gH2jK5mN8pQ1rS4tU7vW0xY3zA6bC9dE2fG5hJ8kL"


def letters(count: int) -> str:
    return (LETTERS * 2)[:count]


# One of each kind that is asked for, put together here so that no file of ours holds one.
PLANTED = {
    "aws-access-key": "AKIA" + "Q3JX7LPBWN5VYTRS",
    "azure-storage-account-access-key": "AccountKey=" + letters(86) + "==",
    "basic-auth-credentials": "https://orders:" + "Tr0ub4dor" + "@db.internal/x",
    "discord-bot-token": "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + letters(27),
    "github-token": "ghp_" + letters(36),
    "gitlab-token": "glpat-" + letters(20),
    "json-web-token": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + "." + letters(20),
    "mailchimp-access-key": "3012a5d47fae9b2c6e8d1f0a7b9c4e25" + "-us17",
    "npm-tokens": "//registry.internal/:_authToken=npm_" + letters(36),
    "openai-token": "sk-" + letters(20) + "T3BlbkFJ" + letters(20),
    "private-key": "-----BEGIN RSA PRIVATE " + "KEY-----\\n" + letters(64),
    "pypi-token": "pypi-" + "AgEIcHlwaS5vcmc" + letters(72),
    "secret-keyword": 'password = "' + 'Tr0ub4dor-and-3"',
    "sendgrid-api-key": "SG." + letters(22) + "." + letters(43),
    "slack-token": "xoxb-" + "2345678901-" + "3456789012-" + letters(24).lower(),
    "square-oauth-secret": "sq0csp-" + letters(43),
    "stripe-access-key": "sk_live_" + letters(24),
    "telegram-bot-token": "110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALD" + "sawq",
}
BLOCKS = set(PLANTED) - {
    "basic-auth-credentials",
    "json-web-token",
    "private-key",
    "secret-keyword",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_found_among_lines_that_are_not_looked_at(kind: str) -> None:
    line = PLANTED[kind] if kind == "secret-keyword" else f'x = "{PLANTED[kind]}"'
    files = {"app/settings.py": "import os\n" * 5 + line + "\nDEBUG = False\n"}
    rules = {(path, at, rule): severity for path, at, rule, severity in found(LINTER, files)}
    severity = rules["app/settings.py", 6, f"detect-secrets/{kind}"]
    assert severity == (
        "blocker" if kind in BLOCKS else "warning" if kind == "private-key" else "advice"
    )


def test_no_value_and_no_digest_of_one_is_in_what_is_said() -> None:
    text = "\n".join(f'x{n} = "{value}"' for n, value in enumerate(PLANTED.values()))
    answer = ask(LINTER, {"app/settings.py": text})
    said = repr([asdict(finding) | {"of": finding.fingerprint} for finding in answer.findings])
    assert len(answer.findings) >= len(PLANTED) - 1
    assert [kind for kind, value in PLANTED.items() if value[-12:] in said] == []


def test_a_finding_says_what_it_is_and_what_to_do() -> None:
    [finding] = ask(LINTER, {"app/settings.py": f'A = "{PLANTED["github-token"]}"\n'}).findings
    assert finding.mandate == "OPS-2"
    assert finding.message == (
        "this looks like a secret written out (GitHub Token): whoever can read the repository, or"
        " ever could, has it"
    )
    assert finding.anchor == "GitHub Token"


@pytest.mark.parametrize(
    ("path", "line", "severity"),
    [
        ("app/settings.py", "KEY = '{}'", "blocker"),
        ("app/settings.py", "KEY = '{}'  # an example", "warning"),
        ("docker-compose.dev.yml", "  KEY: {}", "warning"),
    ],
)
def test_a_key_blocks_where_users_depend_on_the_file(path: str, line: str, severity: str) -> None:
    files = {path: line.format(PLANTED["github-token"]) + "\n"}
    assert [how for *_, how in found(LINTER, files)] == [severity]


@pytest.mark.parametrize("path", ["tests/x.py", "docs/x.md", "examples/x.py", "README.md"])
def test_tests_examples_and_documents_are_left_out(path: str) -> None:
    assert found(LINTER, {path: f'A = "{PLANTED["github-token"]}"\n'}) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("deploy/values.yaml", "password: Tr0ub4dor3"),
        ("deploy/app.ini", "db_pass = Tr0ub4dor3"),
        ("deploy/app.toml", 'api_key = "Tr0ub4dor3"'),
        ("app/main.go", 'var apiKey = "Tr0ub4dor3"'),
        ("infra/db.tf", '  password = "Tr0ub4dor3"'),
        ("app/Main.java", 'String clientkey = "Tr0ub4dor3";'),
        ("app/a.py", 'if "Tr0ub4dor3" == my_password: pass'),
    ],
)
def test_a_name_that_promises_a_secret_is_seen_in_every_kind_of_file(path: str, line: str) -> None:
    text = f"{{}}\n\n{line}\n" if path.endswith(".x") else f"\n\n{line}\n"
    assert found(LINTER, {path: text}) == [(path, 3, "detect-secrets/secret-keyword", "advice")]


def test_a_switch_is_no_secret() -> None:
    settings = "secret: true  # stated\nuse_password = yes\npassword: false1\n"
    assert found(LINTER, {"opsready.yaml": settings}) == [
        ("opsready.yaml", 3, "detect-secrets/secret-keyword", "advice")
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/a.py", 'RESET_PASSWORD = "reset_password"'),
        ("app/a.py", 'def ask(user="user", passwd="passwd"): pass'),
        ("app/a.py", '"missing-secret": "The secret parameter is missing.",'),
        ("app/a.py", '# MAIL_PASSWORD = "your_password"'),
        ("app/a.cfg", "password = please_choose_a_strong_password"),
        ("pyproject.toml", 'shop-passwd = "shop.passwd:main"'),
        ("app/words/fo.js", 'password: "Loyniorð",'),
        ("app/i18n/nl.js", 'password: "Wachtwoord",'),
        ("app/a.py", '# "privateKey": "-----BEGIN RSA PRIVATE ' + 'KEY-----..."'),
        ("app/a.py", 'URI = "postgresql://shop:shop@localhost:5432/shop"'),
    ],
    ids=[
        "name",
        "argument",
        "sentence",
        "placeholder",
        "words",
        "path",
        "language",
        "words for people",
        "head",
        "own",
    ],
)
def test_what_is_none_on_its_face_is_not_reported(path: str, line: str) -> None:
    assert found(LINTER, {path: f"{line}\n"}) == []


def test_no_baseline_and_no_plugin_of_the_tree_is_read() -> None:
    files = {"app/settings.py": f'A = "{PLANTED["github-token"]}"\n'}
    hushed = {
        ".secrets.baseline": '{"version": "1.5.0", "plugins_used": [], "results": {}}',
        "detect_secrets/__init__.py": "raise SystemExit('run')",
        "pyproject.toml": "[tool.detect-secrets]\nexclude-files = '.*'\n",
    }
    assert found(LINTER, {**files, **hushed}) == found(LINTER, files)


def test_a_comment_suppresses_advice_and_is_shown_to_have_done_so() -> None:
    behind = 'password = "Tr0ub4dor-and-3"  # pragma: allowlist secret\n'
    above = '# pragma: allowlist nextline secret\npassword = "Tr0ub4dor-and-3"\n'
    files = {"app/a.py": behind, "app/b.py": above}
    assert found(LINTER, files) == []
    assert sorted(silenced(LINTER, files)) == [
        ("app/a.py", 1, "detect-secrets/secret-keyword"),
        ("app/b.py", 2, "detect-secrets/secret-keyword"),
    ]


def test_no_comment_suppresses_a_blocker() -> None:
    line = f'A = "{PLANTED["github-token"]}"  # pragma: allowlist secret\n'
    assert found(LINTER, {"app/a.py": line}) == [
        ("app/a.py", 1, "detect-secrets/github-token", "blocker")
    ]


def test_the_lines_that_are_looked_at_give_all_that_the_whole_files_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted = "".join(f'x{n} = "{value}"\nx = 1\n' for n, value in enumerate(PLANTED.values()))
    ours = (Path(__file__).parents[3] / "src/opsready/documents").glob("*.py")
    files = {f"app/{page.name}": page.read_text(encoding="utf-8") for page in ours}
    files |= {"app/a.py": planted, "app/b.yaml": planted.replace(" =", ":"), "app/c.js": planted}
    chosen = found(LINTER, files)

    def every_line(text: str, *, names_suffice: bool) -> list[int]:
        return list(range(1, text.count("\n") + 2))

    monkeypatch.setattr(detect_secrets, "suspicious_lines", every_line)
    assert chosen == found(LINTER, files)
    assert len(chosen) > 2 * len(PLANTED)
