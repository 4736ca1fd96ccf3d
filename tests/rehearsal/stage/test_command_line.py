"""Commands as Procfiles and Dockerfiles have them, and what runs on loopback."""

import shlex

import pytest

from opsready.rehearsal.stage.command_line import address_variables, expanded, on_loopback


@pytest.mark.parametrize(
    ("written", "environment", "run"),
    [
        ("uvicorn app:app --port $PORT", {"PORT": "15001"}, "uvicorn app:app --port 15001"),
        ("uvicorn app:app --port ${PORT:-8000}", {}, "uvicorn app:app --port 8000"),
        ("uvicorn app:app --port ${PORT:-8000}", {"PORT": "15001"}, "uvicorn app:app --port 15001"),
        ("gunicorn -b 0.0.0.0:$PORT app", {"PORT": "15001"}, "gunicorn -b 0.0.0.0:15001 app"),
        ("gunicorn $GUNICORN_OPTS app", {}, "gunicorn app"),
        ("serve --name=$NAME", {}, "serve --name="),
    ],
)
def test_variables_are_filled_in_without_a_shell(
    written: str, environment: dict[str, str], run: str
) -> None:
    assert expanded(written.split(), environment) == run.split()


@pytest.mark.parametrize(
    ("words", "script"),
    [
        (["migrate", "&&", "serve", "--port", "$PORT"], "migrate && serve --port $PORT"),
        (["serve", "--name", "two words", "|", "tee", "log"], "serve --name 'two words' | tee log"),
        (["serve", "--host", "$(hostname)"], 'serve --host "$(hostname)"'),
    ],
)
def test_what_only_a_shell_can_do_is_left_to_one(words: list[str], script: str) -> None:
    assert expanded(words, {}) == ["sh", "-c", script]


def test_a_shell_that_is_named_stays_as_it_is() -> None:
    words = ["sh", "-c", "exec serve --port ${PORT:-80}"]
    assert expanded(words, {"PORT": "1"}) == words


@pytest.mark.parametrize(
    ("written", "port", "run"),
    [
        (
            "uvicorn a:b --host 0.0.0.0 --port 8000",
            8000,
            "uvicorn a:b --host 127.0.0.1 --port 15001",
        ),
        (
            "uvicorn a:b --host=0.0.0.0 --port=8000",
            8000,
            "uvicorn a:b --host=127.0.0.1 --port=15001",
        ),
        ("gunicorn --bind :8000 a:b", 8000, "gunicorn --bind 127.0.0.1:15001 a:b"),
        ("gunicorn --bind=:8000 a:b", 8000, "gunicorn --bind=127.0.0.1:15001 a:b"),
        ("gunicorn -b [::]:8000 a:b", 8000, "gunicorn -b 127.0.0.1:15001 a:b"),
        ("python manage.py runserver 8000", 8000, "python manage.py runserver 15001"),
        (
            "python manage.py runserver 0.0.0.0:8000",
            8000,
            "python manage.py runserver 127.0.0.1:15001",
        ),
        ("serve --timeout 8000 --port 8000", 8000, "serve --timeout 8000 --port 15001"),
        ("serve --http-port 9000", 8000, "serve --http-port 9000"),
        ("serve --host 0.0.0.0", None, "serve --host 127.0.0.1"),
        ("serve --version 10.0.0.0", None, "serve --version 10.0.0.0"),
    ],
)
def test_every_interface_becomes_loopback_and_the_named_port_ours(
    written: str, port: int | None, run: str
) -> None:
    assert on_loopback(written.split(), port, 15001) == run.split()


def test_the_port_inside_a_shell_script_is_found_too() -> None:
    words = ["sh", "-c", "migrate && serve --host 0.0.0.0 --port 8000"]
    script = "migrate && serve --host 127.0.0.1 --port 15001"
    assert on_loopback(words, 8000, 15001) == ["sh", "-c", script]


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("gunicorn a:b", {"GUNICORN_CMD_ARGS": "--bind=127.0.0.1:15001"}),
        ("python -m uvicorn a:b", {"UVICORN_HOST": "127.0.0.1", "UVICORN_PORT": "15001"}),
        (
            "sh -c 'exec /venv/bin/granian a:b'",
            {"GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": "15001"},
        ),
        ("python app.py", {}),
    ],
)
def test_a_server_is_told_its_address_where_a_file_of_the_tree_may_name_another(
    command: str, variables: dict[str, str]
) -> None:
    assert address_variables(shlex.split(command), 15001) == variables
