"""A tree on disk in, a bundle out: what is read, what is passed by, what is listed and why."""

import hashlib
import os
from pathlib import Path

import pytest

from opsready.sources import read as reading
from opsready.sources.kinds import Kind
from opsready.sources.read import BYTES_AT_MOST, Unreadable, read


def plant(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            (root / path).write_text(content, encoding="utf-8")
        else:
            (root / path).write_bytes(content)
    return root


def paths(root: Path, *exclude: str) -> list[str]:
    return [source.path for source in read(root, exclude).sources]


def unread(root: Path) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.why) for one in read(root).unread]


def test_texts_come_in_path_order_with_kind_and_digest(tmp_path: Path) -> None:
    plant(tmp_path, {"b/app.py": "x = 1\n", "a.md": "# A\n", "Dockerfile": "FROM x\n"})
    bundle = read(tmp_path)
    assert [(s.path, s.kind, s.text) for s in bundle.sources] == [
        ("Dockerfile", Kind.DOCKERFILE, "FROM x\n"),
        ("a.md", Kind.MARKDOWN, "# A\n"),
        ("b/app.py", Kind.PYTHON, "x = 1\n"),
    ]
    assert bundle.sources[1].digest == hashlib.sha256(b"# A\n").hexdigest()
    assert bundle.root == tmp_path.resolve()


def test_history_environments_and_caches_are_passed_by_without_a_word(tmp_path: Path) -> None:
    passed = [".git", ".venv", "__pycache__", ".mypy_cache", ".terraform", "shop.egg-info", ".tox"]
    plant(tmp_path, {f"{folder}/x.py": "" for folder in passed})
    plant(tmp_path, {"env/pyvenv.cfg": "", "env/lib/x.py": "", "cache/CACHEDIR.TAG": ""})
    plant(
        tmp_path, {"setup.py": "", "build/lib/x.py": "", "logo.png": b"\x89PNG\0", "a.pyc": b"\0"}
    )
    plant(tmp_path, {".haiku/worktrees/x/unit-01-a/app.py": "", "src/build/x.py": ""})
    assert paths(tmp_path) == ["setup.py", "src/build/x.py"]
    assert unread(tmp_path) == []


def test_code_of_others_is_listed_once(tmp_path: Path) -> None:
    plant(tmp_path, {"node_modules/a/i.js": "", "vendor/modules.txt": "", "vendor/a/a.go": ""})
    plant(tmp_path, {"shop/vendor/models.py": ""})
    assert paths(tmp_path) == ["shop/vendor/models.py"]
    assert unread(tmp_path) == [
        ("node_modules", 0, "holds code of others: left out as a rule"),
        ("vendor", 0, "holds code of others: left out as a rule"),
    ]


def test_of_our_own_folder_only_what_was_observed_is_read(tmp_path: Path) -> None:
    plant(tmp_path, {".opsready/observed.json": "{}", ".opsready/evidence/a.json": "{}"})
    plant(tmp_path, {".opsready/base/README.md": "# old\n"})
    assert [(s.path, s.kind) for s in read(tmp_path).sources] == [
        (".opsready/observed.json", Kind.OBSERVED)
    ]


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("docs", ["a.py", "b/docs.md", "b/x.lock"]),
        ("docs/", ["a.py", "b/docs.md", "b/x.lock"]),
        ("docs/*", ["a.py", "b/docs.md", "b/x.lock"]),
        ("*.md", ["a.py", "b/x.lock", "docs/deep/x.py"]),
        ("b/*.lock", ["a.py", "b/docs.md", "docs/deep/x.py", "docs/x.md"]),
        ("**/deep", ["a.py", "b/docs.md", "b/x.lock", "docs/x.md"]),
    ],
)
def test_a_glob_leaves_out_paths_and_folders(tmp_path: Path, glob: str, left: list[str]) -> None:
    every = ["a.py", "b/docs.md", "b/x.lock", "docs/deep/x.py", "docs/x.md"]
    plant(tmp_path, dict.fromkeys(every, ""))
    assert paths(tmp_path, glob) == left


def test_a_text_that_is_too_long_is_listed_with_its_size(tmp_path: Path) -> None:
    plant(tmp_path, {"README.md": b"a" * 50_000_000, "edge.md": b"a" * BYTES_AT_MOST})
    plant(tmp_path, {"uv.lock": b"a" * (BYTES_AT_MOST + 1), "blob": b"a" * (BYTES_AT_MOST + 1)})
    assert paths(tmp_path) == ["edge.md"]
    assert unread(tmp_path) == [
        ("README.md", 0, "has 50,000,000 bytes; a text is read up to 2,000,000"),
    ]


def test_bytes_that_are_no_utf8_are_listed_with_their_line(tmp_path: Path) -> None:
    plant(tmp_path, {"bad.py": b"a = 1\nb = '\xe9'\n", "sixteen.txt": "a".encode("utf-16")})
    plant(tmp_path, {"zero.py": b"a\0b", "program": b"\x7fELF\0\0", "bom.md": b"\xef\xbb\xbf# A\n"})
    assert [(s.path, s.text) for s in read(tmp_path).sources] == [("bom.md", "# A\n")]
    assert unread(tmp_path) == [
        ("bad.py", 2, "is not UTF-8: byte 11 is 0xe9"),
        ("sixteen.txt", 0, "is UTF-16; save it as UTF-8"),
        ("zero.py", 0, "is binary: it holds zero bytes"),
    ]


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("token")
    root = plant(tmp_path / "tree", {"docs/a.md": "# A\n"})
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "outer").symlink_to(tmp_path)
    (root / "dangling.md").symlink_to("nowhere.md")
    (root / "loop.md").symlink_to("loop.md")
    (root / "docs/up").symlink_to("..")
    (root / "same.md").symlink_to("docs/a.md")
    assert paths(root) == ["docs/a.md"]
    assert unread(root) == [
        ("dangling.md", 0, "is a link to nothing"),
        ("loop.md", 0, "is a link that leads back to itself or cannot be followed"),
        ("out.txt", 0, "is a link that leaves the tree: refused"),
        ("outer", 0, "is a link that leaves the tree: refused"),
    ]


def test_a_root_that_is_a_link_is_read_where_it_leads(tmp_path: Path) -> None:
    real = plant(tmp_path / "real", {"a.md": ""})
    (tmp_path / "link").symlink_to(real)
    assert paths(tmp_path / "link") == ["a.md"]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "input.md")
    assert unread(tmp_path) == [("input.md", 0, "is a named pipe: never opened")]


def test_a_file_without_the_right_to_read_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests may run as root, whom no file refuses: the refusal is put in the system's mouth."""
    plant(tmp_path, {"a.md": "", "b.md": ""})
    truly_open = os.open

    def refuse(path: Path, flags: int) -> int:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return truly_open(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert paths(tmp_path) == ["b.md"]
    assert unread(tmp_path) == [("a.md", 0, "cannot be read: Permission denied")]


def test_a_file_that_becomes_a_pipe_while_the_tree_is_read_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, {"a.md": "# A\n"})
    truly_open = os.open

    def swap(path: Path, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return truly_open(path, flags)

    monkeypatch.setattr(os, "open", swap)
    assert [(one.path, one.why) for one in read(tmp_path).unread] == [
        ("a.md", "cannot be read: it changed while the tree was read")
    ]


def test_a_name_that_would_break_a_terminal_is_shown_escaped(tmp_path: Path) -> None:
    plant(tmp_path, {"a\x1b[31m\n.md": "", "ok.md": ""})
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("")
    assert paths(tmp_path) == ["ok.md"]
    assert unread(tmp_path) == [
        ("a\\x1b[31m\\n.md", 0, "has a name with unprintable characters"),
        ("caf\\udce9.md", 0, "has a name with unprintable characters"),
    ]


def test_an_empty_tree_is_an_empty_bundle(tmp_path: Path) -> None:
    bundle = read(tmp_path)
    assert (bundle.sources, bundle.unread, bundle.intents) == ((), (), ())
    assert bundle.inputs.missing() == ["discovery", "behaviour spec", "architecture", "code"]


@pytest.mark.parametrize(
    ("name", "why", "remedy"),
    [
        ("missing", "does not exist", "name a folder that does"),
        ("file.md", "is no folder", "name the folder that holds it"),
        ("loop", "cannot be opened", "name a folder that can be read"),
        ("nul\0", "cannot be opened", "name a folder that can be read"),
    ],
)
def test_a_root_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, name: str, why: str, remedy: str
) -> None:
    (tmp_path / "file.md").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / name)
    assert why in refused.value.why
    assert refused.value.remedy == remedy


def test_a_tree_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILES_AT_MOST", 2)
    plant(tmp_path, dict.fromkeys(["a.md", "b.md", "c.md"], ""))
    with pytest.raises(Unreadable, match="holds more than 2 files; name the service's own folder"):
        read(tmp_path)
