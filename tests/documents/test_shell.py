"""Commands of a script, with their lines and the circumstances they run in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.documents.document import Unparsable
from opsready.documents.shell import (
    CHARACTERS_AT_MOST,
    Command,
    ShellScript,
    read_shell,
    without_prompts,
)


def commands(text: str) -> list[str]:
    """Line and words of each command."""
    return [f"{c.line} {' '.join(c.words)}" for c in read_shell("deploy.sh", text)]


def only(text: str) -> Command:
    (command,) = read_shell("deploy.sh", text)
    return command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set -e\n\nmake all", ["1 set -e", "3 make all"]),
        ("a && b || c; d", ["1 a", "1 b", "1 c", "1 d"]),
        ("cat x | kubectl apply -f -", ["1 cat x", "1 kubectl apply -f -"]),
        ("docker run -d \\\n  --name x \\\n  shop:1", ["1 docker run -d --name x shop:1"]),
        ("echo \"a b\" 'c d'", ["1 echo a b c d"]),
        ("X=$(terraform output -raw url)", ["1 terraform output -raw url"]),
        ("case $1 in\n  up) helm upgrade a b ;;\nesac", ["2 helm upgrade a b"]),
        ("(cd infra && terraform plan)", ["1 cd infra", "1 terraform plan"]),
        ("deploy() {\n  kubectl apply -f x\n}", ["2 kubectl apply -f x"]),
        ("# kubectl delete everything\ntrue", ["2 true"]),
    ],
)
def test_commands_are_found_wherever_shell_hides_them(text: str, expected: list[str]) -> None:
    assert commands(text) == expected


def test_a_here_document_is_data_and_no_command() -> None:
    text = "cat <<EOF | kubectl apply -f -\nkind: Namespace\nEOF\necho done"
    assert commands(text) == ["1 cat", "1 kubectl apply -f -", "4 echo done"]


@pytest.mark.parametrize(
    ("text", "program", "arguments"),
    [
        ("sudo -u app docker ps", "docker", ("ps",)),
        ("env A=1 B=2 python -m shop", "python", ("-m", "shop")),
        ("timeout 30 curl -f x", "curl", ("-f", "x")),
        ("timeout -k 5 30 curl x", "curl", ("x",)),
        ("nohup ./bin/serve --port 80", "serve", ("--port", "80")),
        ("FOO=1 make test", "make", ("test",)),
    ],
)
def test_the_program_is_what_a_wrapper_runs(
    text: str, program: str, arguments: tuple[str, ...]
) -> None:
    command = only(text)
    assert (command.program, command.arguments) == (program, arguments)


def test_options_are_read_with_and_without_an_equals_sign() -> None:
    command = only("helm upgrade --timeout=5m --values prod.yaml orders ./chart --wait")
    assert command.value("--timeout") == "5m"
    assert command.value("--values", "-f") == "prod.yaml"
    assert command.value("--atomic") is None
    assert command.has("--wait")
    assert command.runs("helm", "upgrade")
    assert not command.runs("helm", "rollback")


class TestElsewhere:
    def test_what_ssh_is_given_runs_on_the_host(self) -> None:
        found = read_shell("x", 'ssh -i key deploy@prod "docker rm -f a && docker run b"')
        assert [(c.program, c.host) for c in found] == [
            ("ssh", ""),
            ("docker", "deploy@prod"),
            ("docker", "deploy@prod"),
        ]

    @pytest.mark.parametrize("shell", ["", " bash -s", " 'bash -se'", " sh"])
    def test_a_here_document_of_ssh_runs_on_the_host_on_its_own_lines(self, shell: str) -> None:
        text = f"set -e\nssh prod{shell} <<'EOF'\ncd /app\ngit pull\nEOF\n"
        found = read_shell("x", text, first_line=10)
        there = [(c.line, c.program) for c in found if c.host == "prod"]
        assert there == [(12, "cd"), (13, "git")]

    def test_lines_within_quotes_keep_their_number(self) -> None:
        found = read_shell("x", "ssh prod '\n  cd /app\n  git pull\n'")
        assert [(c.line, c.program) for c in found] == [(1, "ssh"), (2, "cd"), (3, "git")]

    def test_a_shell_in_a_shell_is_read(self) -> None:
        found = read_shell("x", "bash -lc 'terraform apply -auto-approve'")
        assert [c.program for c in found] == ["bash", "terraform"]

    def test_an_expression_of_a_pipeline_is_one_word(self) -> None:
        found = read_shell("x", 'ssh ${{ secrets.USER }}@${{ vars.HOST }} "docker ps"')
        assert found[1].host == "$secrets_USER@$vars_HOST"


class TestCircumstances:
    def test_a_failure_that_is_swallowed(self) -> None:
        found = read_shell("x", "helm rollback a || true\nhelm rollback b || exit 1")
        rollbacks = [c for c in found if c.program == "helm"]
        assert [c.tolerated for c in rollbacks] == [True, False]

    @pytest.mark.parametrize(
        "text",
        [
            "kubectl rollout status d || kubectl rollout undo d",
            "if ! kubectl rollout status d; then\n  kubectl rollout undo d\nfi",
            "if kubectl rollout status d; then\n  true\nelse\n  kubectl rollout undo d\nfi",
            "back() { kubectl rollout undo d; }\ntrap back ERR\nkubectl rollout status d",
        ],
    )
    def test_what_runs_only_after_a_failure(self, text: str) -> None:
        found = [c for c in read_shell("x", text) if c.program == "kubectl"]
        assert {c.words[2]: c.after_failure for c in found} == {"status": False, "undo": True}

    def test_the_loop_around_a_command(self) -> None:
        found = read_shell("x", "true\nuntil curl -f x; do\n  sleep 1\ndone")
        loop = found[1].loop
        assert found[0].loop is None
        assert loop is not None
        assert (loop.kind, loop.line) == ("until", 2)
        assert loop.text.endswith("done")


class TestPrompts:
    def test_a_session_keeps_what_was_typed_and_the_line_of_it(self) -> None:
        session = "$ kubectl apply -f x \\\n  --wait\nconfigured\n$ ssh prod\n"
        assert without_prompts(session) == "kubectl apply -f x \\\n  --wait\n\nssh prod\n"

    @pytest.mark.parametrize("text", ["kubectl apply\n", "a > b\n", "x\n\ny"])
    def test_a_script_is_left_as_it_is(self, text: str) -> None:
        assert without_prompts(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl x", [False]),
        ("code=$(curl x || true)", [True, True]),
        ("curl x | grep y", [True, False]),
        ("if curl x; then y; fi", [False, False]),
    ],
)
def test_whose_output_is_read(text: str, expected: list[bool]) -> None:
    assert [command.is_read for command in read_shell("x", text)] == expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("A=1\nx", "$A-${A}", "1-1"),
        ("export A=1\nx", "$A", "1"),
        ("A=1\nA=2\nx", "$A", "2"),
        ('A=1\nB="$A/b"\nx', "$B", "1/b"),
        ("A=$(date)\nx", "$A", "$A"),
        ("A=1\nA=$(date)\nx", "$A", "$A"),
        ("A=$A\nx", "$A", "$A"),
        ("x", "$A", "$A"),
    ],
)
def test_what_a_variable_of_the_text_stands_for(text: str, word: str, expected: str) -> None:
    assert read_shell("x", text)[-1].filled(word) == expected


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(Unparsable, match="shell is read up to"):
        ShellScript.parse("install.sh", "x" * (CHARACTERS_AT_MOST + 1))


@pytest.mark.parametrize("character", ["\u0100", "\uffff", "\U0001f600", "\U0010ffff", "\ud800"])
def test_a_character_that_the_grammar_cannot_bear_is_read_as_it_is(character: str) -> None:
    """`{` and a character beyond one byte: the grammar's own scanner crashed the process."""
    script = f"echo {{{character}}}\nnotify '{character}' tag-{character}\n"
    kept = character.encode("utf-8", "replace").decode()
    assert [command.words for command in read_shell("x", script)] == [
        ("echo", f"{{{kept}}}"),
        ("notify", kept, f"tag-{kept}"),
    ]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    last = text.count("\n") + 1
    assert all(1 <= command.line <= last for command in read_shell("x", text))
