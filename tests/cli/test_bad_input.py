"""Bad input, as a user meets it: each fault is said in words, and costs nothing but itself."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.answer import OPSREADY, Answer, call
from tests.cli.trees import plant

SECRET = "hunter2-from-outside"
every_reading_command = pytest.mark.parametrize("command", ["facts", "review"])

# Nine values, each reached nine times, eight levels deep: 43 million in 400 bytes.
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + below] * 9)}]\n"
    for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def unread(command: str, root: Path) -> list[tuple[str, int, str]]:
    """Path, line and reason of all that the command could not read; nothing else may be amiss."""
    answer = call(command, root, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    fields = answer.fields(command)
    crashed = [one for one in fields.get("not_run", []) if "internal error" in one["why"]]
    assert crashed == []
    return [(one["path"], one["line"], one["why"]) for one in fields["unread"]]


def digests(root: Path) -> dict[str, str]:
    """What stands where, to see that nothing was changed, added or lost."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# ── trees that hold little ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({}, ["discovery", "behaviour spec", "architecture", "code"]),
        ({"docs/architecture.md": "# A\n"}, ["discovery", "behaviour spec", "code"]),
        ({"app.py": "x = 1\n"}, ["discovery", "behaviour spec", "architecture"]),
    ],
    ids=["an empty tree", "no code", "no documents"],
)
def test_inputs_that_are_missing_are_named(
    tmp_path: Path, files: dict[str, str | bytes], missing: list[str]
) -> None:
    answer = call("facts", plant(tmp_path, files), "--format", "json")
    assert (answer.code, answer.fields("facts")["missing_inputs"]) == (0, missing)


def test_the_review_of_an_empty_tree_says_that_it_saw_nothing(tmp_path: Path) -> None:
    answer = call("review", tmp_path)
    assert answer.code == 0
    assert "checks in 0 files" in answer.out.splitlines()[0]


# ── a path that is no tree ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["facts", "review", "init"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing", "does not exist; name a folder that does"),
        ("app.py", "is no folder; name the folder that holds it"),
        ("loop", "cannot be opened: "),
        ("pipe", "is no folder; name the folder that holds it"),
    ],
)
def test_a_path_that_is_no_tree_is_refused(
    tmp_path: Path, command: str, name: str, why: str
) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / name
    answer = call(command, path)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"opsready: {path}: {why}")


# ── files that cannot be read ─────────────────────────────────────────────────────────────────


@every_reading_command
@pytest.mark.parametrize(
    ("path", "content", "line", "why"),
    [
        ("app.py", b"a = 1\nb = '\xe9'\n", 2, "is not UTF-8: byte 11 is 0xe9"),
        ("app.py", b"\x7fELF\x02\x01\x01\x00\x00", 0, "is binary: it holds zero bytes"),
        ("README.md", b"# Shop\0\n", 0, "is binary: it holds zero bytes"),
        ("README.md", "# Shop\n".encode("utf-16"), 0, "is UTF-16; save it as UTF-8"),
        ("app.py", "def (:\n", 1, "is not Python as 3.11 reads it: invalid syntax"),
        (
            "compose.yaml",
            "services:\n  shop: {image: a\n",
            3,
            "is not YAML: while parsing a flow mapping, did not find expected ',' or '}'",
        ),
        ("main.tf", 'resource "a" {\n', 2, "is not Terraform: the syntax is broken here"),
        ("package.json", "{", 1, "is not JSON: Expecting property name enclosed in double quotes"),
        ("pyproject.toml", "[project]\nname =\n", 2, "is not TOML: Invalid value"),
    ],
    ids=["latin-1", "a program", "zero bytes", "utf-16", "Python", "YAML", "HCL", "JSON", "TOML"],
)
def test_a_file_that_is_not_what_it_seems_is_listed_with_the_reason(
    tmp_path: Path, command: str, path: str, content: str | bytes, line: int, why: str
) -> None:
    assert unread(command, plant(tmp_path, {path: content})) == [(path, line, why)]


@every_reading_command
def test_a_page_of_50_megabytes_is_listed_and_not_opened(tmp_path: Path, command: str) -> None:
    (tmp_path / "README.md").touch()
    os.truncate(tmp_path / "README.md", 50_000_000)  # one hole, which takes no room on the disk
    why = "has 50,000,000 bytes; a text is read up to 2,000,000"
    assert unread(command, tmp_path) == [("README.md", 0, why)]


@every_reading_command
def test_a_yaml_bomb_does_not_go_off(tmp_path: Path, command: str) -> None:
    plant(tmp_path, {"k8s.yaml": "apiVersion: v1\nkind: ConfigMap\n" + BOMB})
    why = "expands to more than 500,000 values through its aliases"
    assert unread(command, tmp_path) == [("k8s.yaml", 3, why)]


@every_reading_command
@pytest.mark.parametrize(
    ("path", "content", "listed"),
    [
        (
            "k8s.yaml",
            "apiVersion: v1\nkind: ConfigMap\ndata: " + "[" * 5_000 + "]" * 5_000,
            [("k8s.yaml", 3, "nested deeper than 100 levels")],
        ),
        (
            "package.json",
            "[" * 100_000,
            [("package.json", 1, "is nested deeper than any manifest")],
        ),
        (
            "pyproject.toml",
            "a = " + "[" * 5_000 + "]" * 5_000,
            [("pyproject.toml", 1, "is nested deeper than any manifest")],
        ),
        (
            "app.py",
            "x = " + "(" * 5_000 + "1" + ")" * 5_000,
            [("app.py", 1, "is not Python as 3.11 reads it: too many nested parentheses")],
        ),
        (
            "app.py",
            "x = " + "-" * 20_000 + "1",
            [("app.py", 1, "is nested deeper than Python itself reads")],
        ),
        (
            "main.tf",
            "locals {\n" * 3_000 + "}\n" * 3_000,
            [("main.tf", 102, "nested deeper than any configuration")],
        ),
        (
            "deploy.sh",
            "if true; then\n" * 3_000 + "fi\n" * 3_000,
            [("deploy.sh", 1, "is nested deeper than any script")],
        ),
        # No depth is too much here: a quotation is one line, and a string is not JSON.
        ("README.md", ">" * 100_000 + " a\n", []),
        ("README.md", "[" * 20_000 + "a" + "]" * 20_000, []),
        ("Dockerfile", "FROM a:1\nCMD " + "[" * 100_000 + "\n", []),
    ],
    ids=[
        "YAML",
        "JSON",
        "TOML",
        "parens",
        "minus",
        "tf",
        "shell",
        "quotation",
        "brackets",
        "Dockerfile",
    ],
)
def test_nesting_without_end_ends(
    tmp_path: Path, command: str, path: str, content: str, listed: list[tuple[str, int, str]]
) -> None:
    assert unread(command, plant(tmp_path, {path: content})) == listed


@every_reading_command
def test_the_rest_is_read_as_if_the_broken_were_not_there(tmp_path: Path, command: str) -> None:
    plant(tmp_path, {"Procfile": "web: gunicorn shop:app\n", "ok.py": "x = 1\n"})
    alone = call(command, tmp_path, "--format", "json").fields(command)
    plant(tmp_path, {"bad.py": b"\xff", "worse.py": b"\0", "worst.yaml": BOMB + "openapi: 3"})
    beside = call(command, tmp_path, "--format", "json").fields(command)
    assert beside.pop("unread") != alone.pop("unread")
    assert beside == alone


@every_reading_command
def test_a_file_that_nobody_may_read_is_listed(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests may run as root, whom no file refuses: the refusal is put in the system's mouth."""
    plant(tmp_path, {"app.py": "x = 1\n", "secret.md": "# A\n"})
    truly_open = os.open

    def refuse(path: Path | str, flags: int, *rest: int) -> int:
        if str(path).endswith("secret.md"):
            raise PermissionError(13, "Permission denied")
        return truly_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert unread(command, tmp_path) == [("secret.md", 0, "cannot be read: Permission denied")]


# ── ways out of the tree ──────────────────────────────────────────────────────────────────────


@every_reading_command
def test_nothing_leads_out_of_the_tree_or_into_a_wait(tmp_path: Path, command: str) -> None:
    plant(tmp_path / "outside", {"token.md": f"# {SECRET}\n"})
    root = plant(tmp_path / "tree", {"README.md": "# Shop\n"})
    (root / "file.md").symlink_to(tmp_path / "outside" / "token.md")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "loop.md").symlink_to("loop.md")
    (root / "up").symlink_to(root)
    os.mkfifo(root / "pipe.md")
    assert unread(command, root) == [
        ("file.md", 0, "is a link that leaves the tree: refused"),
        ("folder", 0, "is a link that leaves the tree: refused"),
        ("loop.md", 0, "is a link that leads back to itself or cannot be followed"),
        ("pipe.md", 0, "is a named pipe: never opened"),
    ]
    assert SECRET not in call(command, root).out


@every_reading_command
def test_a_unit_cannot_refer_to_what_lies_outside(tmp_path: Path, command: str) -> None:
    plant(tmp_path / "outside", {"token.md": f"# {SECRET}\n"})
    up = "../" * 7
    unit = ".haiku/intents/shop/stages/operations/units/unit-01-deploy.md"
    front = f"---\ntype: ops\ninputs:\n  - {up}outside/token.md\n  - /etc/passwd\n---\n"
    body = f"# Deploy\n\n## References\n- [token]({up}../outside/token.md)\n"
    root = plant(tmp_path / "tree", {unit: front + body, unit[:21] + "intent.md": "# Shop\n"})
    refused = "which leads out of the tree: refused"
    assert unread(command, root) == [
        (unit, 4, f"names `{up}outside/token.md`, {refused}"),
        (unit, 5, f"names `/etc/passwd`, {refused}"),
        (unit, 10, f"names `{up}../outside/token.md`, {refused}"),
    ]
    assert SECRET not in call(command, root).out


@every_reading_command
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_name_and_no_text_of_a_tree_steers_the_terminal(
    tmp_path: Path, command: str, form: str
) -> None:
    hostile = "web: gunicorn \x1b[8mhidden \x1b]0;title\x07 \x9b31m \u202egnp.exe\n"
    plant(tmp_path, {"a\x1b[31m\nb.md": "", "Procfile": hostile, "deploy.sh": hostile})
    answer = call(command, tmp_path, "--format", form)
    assert answer.code == 0
    assert r"a\x1b[31m\nb.md" in answer.out.replace("\\\\", "\\")
    assert {c for c in answer.out if not c.isprintable()} <= {"\n"}


# ── opsready.yaml ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [("review",), ("init", "--print")], ids=lambda c: c[0])
@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("service: [\n", "2: is not YAML: while parsing a flow node, did not find expected node"),
        ("service: " + "[" * 5_000 + "]" * 5_000, "1: nested deeper than 100 levels"),
        ("- a\n", "1: must be a mapping of sections such as `service:` and `health:`"),
        (
            "runtime:\n  port: 99999\n",
            "2: `runtime.port`: input should be less than or equal to 65535, not 99999\n",
        ),
        (
            "runtime:\n  port: 1\n  port: 2\n",
            "3: `port` stands twice (first in line 2); keep one\n",
        ),
        (
            "service:\n  nmae: shop\n",
            "2: `service.nmae` is not a key of the spec; here may stand: description, name, owner",
        ),
    ],
    ids=["broken", "deep", "a list", "out of range", "contradictory", "mistyped"],
)
def test_a_bad_spec_is_refused_with_line_and_remedy(
    tmp_path: Path, command: tuple[str, ...], spec: str, complaint: str
) -> None:
    answer = call(*command, plant(tmp_path, {"opsready.yaml": spec}))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"opsready: opsready.yaml:{complaint}")


def test_a_spec_that_the_sources_contradict_wins_and_the_conflict_is_shown(tmp_path: Path) -> None:
    spec = "service:\n  name: shop\nruntime:\n  port: 9000\n"
    plant(tmp_path, {"opsready.yaml": spec, "Dockerfile": "FROM python:3.12\nEXPOSE 8000\n"})
    fields = call("init", tmp_path, "--print", "--format", "json").fields("init")
    assert fields["spec"]["runtime"]["port"] == 9000
    conflicts = {c["key"]: (c["stated"], c["inferred"], c["path"]) for c in fields["conflicts"]}
    assert conflicts["runtime.port"] == ("9000", "8000", "Dockerfile")


@pytest.mark.parametrize(
    ("name", "why"),
    [("missing.yaml", "No such file or directory"), (".", "Is a directory")],
)
def test_a_spec_elsewhere_that_cannot_be_read_is_refused(
    tmp_path: Path, name: str, why: str
) -> None:
    answer = call("review", tmp_path, "--spec", tmp_path / name)
    assert answer == Answer(2, "", f"opsready: {tmp_path / name}:1: cannot be read: {why}\n")


# ── a disk that is full, or that nobody may write to ──────────────────────────────────────────


def on_a_full_disk(*arguments: object) -> Answer:
    """A limit of zero bytes a file: every write to a file fails, as on a full disk."""
    shell = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *OPSREADY, *map(str, arguments)]
    ran = subprocess.run(shell, capture_output=True, check=False)
    return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def test_a_spec_that_does_not_fit_leaves_nothing_half_written(tmp_path: Path) -> None:
    answer = on_a_full_disk("init", tmp_path)
    target = tmp_path / "opsready.yaml"
    assert (answer.code, answer.out) == (2, "")
    why = "cannot be written: File too large; nothing was changed"
    assert answer.err == f"opsready: {target} {why}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_baseline_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", {"README.md": "# Shop\n"})
    baseline = tmp_path / "known.json"
    baseline.write_text("what was known")
    answer = on_a_full_disk("review", root, "--write-baseline", baseline)
    assert answer.code == 2
    why = "cannot be written: File too large; nothing was changed"
    assert answer.err == f"opsready: {baseline} {why}\n"
    assert baseline.read_text() == "what was known"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["known.json", "tree"]


def test_a_baseline_goes_through_a_pipe_without_taking_its_place(tmp_path: Path) -> None:
    shell = 'exec "$@" --write-baseline /dev/stdout | cat'
    command = ["sh", "-c", shell, "sh", *OPSREADY, "review", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, check=True)
    assert ran.stdout.decode().startswith('{\n  "schema": "opsready/baseline/1"')
    assert Path("/dev/stdout").is_symlink()


def test_a_tree_that_nobody_may_write_to_can_be_read_but_not_initialised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere: the refusal is put in the system's mouth."""
    truly_open = Path.open

    def refuse(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if set(mode) & set("wxa+"):
            raise OSError(30, "Read-only file system", str(path))
        return truly_open(path, mode, *rest, **more)  # type: ignore[call-overload]

    plant(tmp_path, {"README.md": "# Shop\n"})
    monkeypatch.setattr(Path, "open", refuse)
    assert (call("facts", tmp_path).code, call("review", tmp_path).code) == (0, 0)
    target = tmp_path / "opsready.yaml"
    why = "cannot be written: Read-only file system; nothing was changed"
    assert call("init", tmp_path) == Answer(2, "", f"opsready: {target} {why}\n")


def test_a_file_that_a_person_may_have_edited_is_never_touched(tmp_path: Path) -> None:
    plant(tmp_path, {"opsready.yaml": "service: {name: mine}\n"})
    answer = call("init", tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"opsready: {tmp_path}/opsready.yaml exists and is left as it is;")
    assert (tmp_path / "opsready.yaml").read_text() == "service: {name: mine}\n"


@pytest.mark.parametrize("command", [("facts",), ("review",), ("init", "--print")])
def test_reading_changes_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    plant(tmp_path, {"app.py": "x = 1\n", "Dockerfile": "FROM a\n", "deploy/k8s.yaml": "a: 1\n"})
    before = digests(tmp_path)
    assert call(*command, tmp_path).code in {0, 1}
    assert digests(tmp_path) == before
