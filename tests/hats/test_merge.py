"""Three-way merge: both changes, or a conflict with its lines; never a line lost."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsready.hats.merge import Merged, Settled, Span, State, merge, settle


def text(words: str) -> str:
    """One word a line; `/` leaves out the last line's end."""
    lines = "".join(f"{word}\n" for word in words.removesuffix("/").split())
    return lines.removesuffix("\n") if words.endswith("/") else lines


@pytest.mark.parametrize(
    ("base", "own", "new", "merged"),
    [
        ("a b c", "a B c", "a b c d", "a B c d"),
        ("a b c", "x a b c", "a b C", "x a b C"),
        ("a b c", "a c", "a b c d", "a c d"),
        ("a b c d e", "a X b c d e", "a b c d Y e", "a X b c d Y e"),
        ("a b c", "a B c", "a B c", "a B c"),
        ("a b c", "a B c", "a B c d", "a B c d"),
        ("a b", "a b c", "a b c", "a b c"),
        ("a b c d", "a b", "a b c d", "a b"),
        ("a b c", "a b c/", "A b c", "A b c/"),
        ("", "a", "", "a"),
    ],
)
def test_changes_to_different_lines_are_both_kept(
    base: str, own: str, new: str, merged: str
) -> None:
    assert merge(text(base), text(own), text(new)) == Merged(text(merged))


@pytest.mark.parametrize(
    ("base", "own", "new", "lines"),
    [
        ("a b c", "a X c", "a Y c", [(2, 2)]),
        ("a b c d", "a X c d", "a b Y d", [(2, 3)]),  # no shared line between: not ours to guess
        ("a b c", "a c", "a Y c", [(2, 1)]),  # deleted before line 2
        ("a b c", "a X Y c", "a c", [(2, 3)]),
        ("a b", "a b X", "a b Y", [(3, 3)]),
        ("a b", "a b/", "a b c", [(2, 2)]),
        ("a b c d e", "A b c d E", "X b c d Y", [(1, 1), (5, 5)]),
        ("", "a", "b", [(1, 1)]),
    ],
)
def test_changes_to_the_same_lines_are_a_conflict_in_which_the_persons_stand(
    base: str, own: str, new: str, lines: list[Span]
) -> None:
    assert merge(text(base), text(own), text(new)) == Merged(text(own), tuple(lines))


def test_a_line_is_what_ends_with_a_line_feed() -> None:
    base, own = "a\u2028b\x0cc\nd\n", "a\u2028b\x0cC\nd\n"
    assert merge(base, own, base + "e\n") == Merged(own + "e\n")


LINES = st.lists(st.sampled_from("abcde"), max_size=8).map(
    lambda words: "".join(f"{word}\n" for word in words)
)


@given(LINES, LINES)
def test_who_changed_nothing_gets_the_others_text(base: str, other: str) -> None:
    assert merge(base, base, other) == Merged(other)
    assert merge(base, other, base) == Merged(other)
    assert merge(base, other, other) == Merged(other)


@given(LINES, LINES, LINES)
def test_it_does_not_matter_who_is_who(base: str, own: str, new: str) -> None:
    one, other = merge(base, own, new), merge(base, new, own)
    assert bool(one.conflicts) == bool(other.conflicts)
    assert one.conflicts or one.text == other.text


@st.composite
def edited(draw: st.DrawFn) -> list[str]:
    """Ten lines, each different, of which some are changed, deleted or followed by another."""
    lines = []
    for number in range(10):
        done = draw(st.sampled_from(["same", "same", "same", "changed", "gone", "more"]))
        if done != "gone":
            lines.append(f"{number} changed\n" if done == "changed" else f"{number}\n")
        if done == "more":
            lines.append(f"after {number} {draw(st.sampled_from('xy'))}\n")
    return lines


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(edited(), edited())
def test_git_merges_the_same_text_and_sees_a_conflict_where_we_do(
    tmp_path: Path, own: list[str], new: list[str]
) -> None:
    texts = {"base": [f"{n}\n" for n in range(10)], "own": own, "new": new}
    for name, lines in texts.items():
        (tmp_path / name).write_text("".join(lines))
    git = subprocess.run(
        ["git", "merge-file", "-p", "own", "base", "new"], cwd=tmp_path, capture_output=True
    )
    merged = merge(*("".join(texts[name]) for name in ("base", "own", "new")))
    assert bool(git.returncode) == bool(merged.conflicts)
    assert merged.conflicts or git.stdout.decode() == merged.text


BASE, NEW = "a\nb\nc\n", "a\nb\nc\nd\n"


@pytest.mark.parametrize(
    ("base", "own", "new", "settled"),
    [
        (None, None, NEW, Settled(State.NEW, NEW)),
        (None, NEW, NEW, Settled(State.SAME, NEW)),
        (None, "mine\n", NEW, Settled(State.KEPT, "mine\n", "a person wrote it")),
        (BASE, BASE, BASE, Settled(State.SAME, BASE)),
        (BASE, BASE, NEW, Settled(State.UPDATED, NEW)),
        (BASE, NEW, NEW, Settled(State.SAME, NEW)),
        (BASE, "A\nb\nc\n", NEW, Settled(State.MERGED, "A\nb\nc\nd\n")),
        (
            BASE,
            "A\nb\nc\n",
            BASE,
            Settled(
                State.KEPT, "A\nb\nc\n", "edited by a person, and the hat has nothing new for it"
            ),
        ),
        (
            BASE,
            "A\nb\nc\nd\n",
            NEW,
            Settled(
                State.KEPT, "A\nb\nc\nd\n", "edited by a person, and holds what is new already"
            ),
        ),
        (
            BASE,
            "a\nb\nX\n",
            NEW,
            Settled(
                State.CONFLICT,
                "a\nb\nX\n",
                "a person and the hat changed the same lines",
                ((3, 3),),
            ),
        ),
        (
            BASE,
            None,
            NEW,
            Settled(State.KEPT, None, "it was deleted after it was written, and stays deleted"),
        ),
        (
            BASE,
            "a\0\n",
            NEW,
            Settled(State.CONFLICT, "a\0\n", "what stands there now is no text to merge with"),
        ),
        # A version control system made CRLF of our lines: that alone is no edit.
        (BASE, "a\r\nb\r\nc\r\n", BASE, Settled(State.SAME, "a\r\nb\r\nc\r\n")),
        (BASE, "a\r\nb\r\nc\r\n", NEW, Settled(State.UPDATED, "a\r\nb\r\nc\r\nd\r\n")),
        (BASE, "A\r\nb\r\nc\r\n", NEW, Settled(State.MERGED, "A\r\nb\r\nc\r\nd\r\n")),
        # One line of them is one: it stands as the person left it.
        (BASE, "a\r\nb\nc\n", NEW, Settled(State.MERGED, "a\r\nb\nc\nd\n")),
    ],
)
def test_what_becomes_of_a_file(
    base: str | None, own: str | None, new: str, settled: Settled
) -> None:
    assert settle(base, own, new) == settled
