"""Start commands as people write them for platforms, made into what runs on loopback here."""

import re
import shlex
from collections.abc import Mapping, Sequence

from opsready.rehearsal.stage.ports import LOOPBACK

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})")
_EVERY_INTERFACE = re.compile(r"(?<![\d.])(?:0\.0\.0\.0|\[::\]|\*(?=:\d))(?![\d.])")
# gunicorn's and uwsgi's ways to say "every interface": `--bind :8000`, `-b :8000`.
_BARE_PORT = re.compile(r"^(?P<option>-[\w-]+=|)?:(?P<port>\d+)$")
# Options and commands whose value is a port: `--port`, `-p`, `--http-port`, `runserver 8000`.
_TAKES_A_PORT = re.compile(
    r"^-.*port$|^-p$|^-b$|^--?(bind|listen|http)$|^runserver$|^http\.server$"
)
# Servers read an address from variables of their own, which the command line overrides but a
# configuration file in the tree does not (their documentation of settings, each).
_ADDRESS_VARIABLES = {
    "gunicorn": {"GUNICORN_CMD_ARGS": "--bind={host}:{port}"},
    "uvicorn": {"UVICORN_HOST": "{host}", "UVICORN_PORT": "{port}"},
    "granian": {"GRANIAN_HOST": "{host}", "GRANIAN_PORT": "{port}"},
    "flask": {"FLASK_RUN_HOST": "{host}", "FLASK_RUN_PORT": "{port}"},
}
_SHELL_WORDS = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"})
_SHELLS = frozenset({"sh", "bash", "dash", "/bin/sh", "/bin/bash", "/bin/dash"})


def expanded(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """`$NAME`, `${NAME}` and `${NAME:-default}` filled in; a word that comes out empty and was
    nothing but a variable is dropped, as a shell drops it. What only a shell can do (`a && b`)
    is left to one."""
    if len(words) == 3 and words[0] in _SHELLS and words[1] in {"-c", "-ec", "-lc"}:
        return list(words)
    if _SHELL_WORDS & set(words) or any("$(" in word or "`" in word for word in words):
        return ["sh", "-c", " ".join(w if w in _SHELL_WORDS else _quoted(w) for w in words)]
    filled = [(_fill(word, environment), word) for word in words]
    return [new for new, old in filled if new or not _VARIABLE.fullmatch(old)]


def on_loopback(words: Sequence[str], named_port: int | None, port: int) -> list[str]:
    """The command with every interface made loopback, and the port that it names made ours."""
    befores = ["", *words]
    return [
        _local(word, before, named_port, port) for word, before in zip(words, befores, strict=False)
    ]


def address_variables(words: Sequence[str], port: int) -> dict[str, str]:
    """What the server of this command reads its address from, besides the command."""
    names = {name.rpartition("/")[2] for word in words for name in word.split()}
    return {
        variable: value.format(host=LOOPBACK, port=port)
        for server, variables in _ADDRESS_VARIABLES.items()
        if server in names
        for variable, value in variables.items()
    }


def _fill(word: str, environment: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        return environment.get(name) or found.group(3) or ""

    return _VARIABLE.sub(value, word)


def _quoted(word: str) -> str:
    """Quoted against splitting, open to expansion: what the words of a Procfile line mean."""
    if re.fullmatch(r"[\w@%+=:,./${}-]+", word):
        return word
    return (
        '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if "$" in word
        else (shlex.quote(word))
    )


def _local(word: str, before: str, named_port: int | None, port: int) -> str:
    word = _EVERY_INTERFACE.sub(LOOPBACK, word)
    bare = _BARE_PORT.match(word)
    if bare:
        word = f"{bare['option'] or ''}{LOOPBACK}:{bare['port']}"
    if named_port is None:
        return word
    if word == str(named_port):
        return str(port) if _TAKES_A_PORT.search(before) else word
    return re.sub(rf"(?:(?<=[:=])|(?<=--port )|(?<=-p )){named_port}(?!\d)", str(port), word)
