"""What changed since a commit, without letting the tree run anything."""

import subprocess
from pathlib import Path

import pytest

from opsready.review.review import Review
from opsready.review.since import changed_lines, changes_since
from opsready.sources.history import NoHistory
from opsready.sources.source import Bundle
from tests.build import make_bundle, make_finding

ALERTS = """\
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up == 0
        for: 5m
      - alert: ShopSlow
        expr: latency > 1
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "alerts.yml").write_text(ALERTS, encoding="utf-8")
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True)


def now(root: Path, **files: str) -> Bundle:
    """The tree with some files changed: `alerts_yml` stands for `alerts.yml`."""
    texts = {"alerts.yml": ALERTS, "notes.md": "# Notes\n"}
    texts |= {name.replace("_", "."): text for name, text in files.items()}
    return make_bundle(texts, root)


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("abc", "abc", []),
        ("abc", "aXc", [2]),
        ("abc", "abXYc", [3, 4]),
        ("abcd", "ad", [1, 2]),
        ("", "ab", [1, 2]),
        ("abc", "", []),
        ("abc", "bc", [1]),
        ("abc", "ab", [2]),
        ("aab", "aaab", [3]),
    ],
)
def test_lines_that_differ_are_touched_and_so_are_those_around_a_removal(
    old: str, new: str, touched: list[int]
) -> None:
    assert sorted(changed_lines(list(old), list(new))) == touched


def test_nothing_changed_leaves_no_finding(repository: Path) -> None:
    changes = changes_since(now(repository), "HEAD")
    assert changes.applied_to(Review((make_finding(path="alerts.yml", line=4),))).findings == ()


def test_a_change_below_a_line_belongs_to_its_finding(repository: Path) -> None:
    """The `for` of ShopDown went: its finding stands on the line of its name."""
    changed = ALERTS.replace("        for: 5m\n", "")
    down, slow = (make_finding(path="alerts.yml", line=line) for line in (4, 7))
    changes = changes_since(now(repository, alerts_yml=changed), "main")
    assert changes.applied_to(Review((down, slow))).findings == (down,)


def test_every_line_of_a_new_file_is_new(repository: Path) -> None:
    finding = make_finding(path="new.yml", line=2)
    changes = changes_since(now(repository, new_yml="a: 1\nb: 2\n"), "HEAD")
    assert changes.applied_to(Review((finding,))).findings == (finding,)


def test_a_finding_below_a_markdown_heading_is_new_when_its_section_changed(
    repository: Path,
) -> None:
    changes = changes_since(now(repository, notes_md="# Notes\n\nCall Ann.\n"), "HEAD")
    finding = make_finding(path="notes.md", line=1)
    assert changes.applied_to(Review((finding,))).findings == (finding,)


def test_a_tree_below_the_root_of_its_repository_is_compared_by_its_own_paths(
    repository: Path,
) -> None:
    (repository / "shop").mkdir()
    (repository / "shop" / "a.yml").write_text("a: 1\n", encoding="utf-8")
    git(repository, "add", ".")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "second")
    bundle = make_bundle({"a.yml": "a: 1\n"}, repository / "shop")
    assert changes_since(bundle, "HEAD").lines == {}


def test_a_tree_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match="is no git repository"):
        changes_since(make_bundle(root=tmp_path), "HEAD")


@pytest.mark.parametrize("ref", ["nowhere", "--upload-pack=touch x", "-h", ""])
def test_a_name_of_no_commit_is_refused(ref: str, repository: Path) -> None:
    with pytest.raises(NoHistory, match="names no commit here"):
        changes_since(now(repository), ref)


def test_nothing_that_the_repository_configures_is_run(repository: Path) -> None:
    ran = repository / "ran"
    for setting in ("core.fsmonitor", "diff.external", "filter.x.clean", "diff.x.textconv"):
        git(repository, "config", setting, f"touch {ran}; cat")
    (repository / ".gitattributes").write_text("* filter=x diff=x\n", encoding="utf-8")
    changes_since(now(repository, alerts_yml="a: 1\n"), "HEAD")
    assert not ran.exists()
