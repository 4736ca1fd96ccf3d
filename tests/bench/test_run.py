"""The command of the bench: which rows there are, and how it ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench import run
from bench.figures import Demand, Figure, Line
from bench.ground import Ground
from bench.measure import NotMeasured, Timing
from bench.row import Row


def row(name: str, *demands: Demand) -> Row:
    figure = Figure((Line(f"run {name}", Timing(1, 2)),), demands)
    return Row(name, f"the {name} thing", 60, lambda _, __: figure)


MET, MISSED = row("good", Demand("≤ 2 s", True)), row("slow", Demand("≤ 0.5 s", False))
TABLE = """\
| what | command | seconds | processor seconds | goal | reached |
|---|---|---:|---:|---|---|
| the good thing | `run good` | 1.00 | 2.00 | ≤ 2 s | yes |
| the slow thing | `run slow` | 1.00 | 2.00 | ≤ 0.5 s | **no** |
"""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A page with an old table, and two rows to measure."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{run.START}\n\nold\n\n{run.END}\nafter\n")
    monkeypatch.setattr(run, "ROWS", (MET, MISSED))
    monkeypatch.setattr(run, "PAGE", page)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return page


def test_every_row_has_a_name_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [row.id for row in run.ROWS]
    assert len(set(names)) == len(names)


def test_a_row_that_misses_its_goal_is_named(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = page.read_text()
    assert run.main([]) == 1
    shown = capsys.readouterr()
    assert TABLE in shown.out
    assert "2 rows, about 2 min on two quiet cores" in shown.err
    assert shown.err.endswith("missed: the slow thing\n")
    assert page.read_text() == before


def test_one_row_may_be_chosen(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--only", "good"]) == 0
    shown = capsys.readouterr()
    assert "slow" not in shown.out
    assert "[1/1] good: the good thing, about 60 s …" in shown.err


def test_the_page_keeps_what_stands_around_the_table(page: Path) -> None:
    assert run.main(["--write"]) == 1
    text = page.read_text()
    assert text.startswith(f"before\n{run.START}\n\nMeasured ")
    assert TABLE in text
    assert text.endswith(f"{run.END}\nafter\n")
    assert "old" not in text


def test_pictures_lie_beside_the_page(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Figure((Line("draw", Timing(1, 1)),), pictures={"curve.svg": "<svg/>"})
    monkeypatch.setattr(run, "ROWS", (replace(MET, measure=lambda _, __: drawn),))
    assert run.main(["--write"]) == 0
    assert (page.parent / "curve.svg").read_text() == "<svg/>"


def test_a_page_is_written_whole_or_not_at_all(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run.main(["--write", "--only", "good"])
    assert "leave out --only" in capsys.readouterr().err


def test_ctrl_c_ends_it_and_leaves_nothing(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[Path] = []

    def interrupted(ground: Ground, _: int) -> Figure:
        seen.append(ground.folder("made"))
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "ROWS", (MET, replace(MISSED, measure=interrupted)))
    before = page.read_text()
    assert run.main(["--write"]) == 130
    shown = capsys.readouterr()
    assert shown.err.endswith("\nstopped; nothing is written\n")
    assert "the good thing" in shown.out
    assert page.read_text() == before
    assert not seen[0].exists()


def test_a_row_that_breaks_fails_alone(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Ground, __: int) -> Figure:
        raise OSError("no\nspace")

    monkeypatch.setattr(run, "ROWS", (replace(MISSED, measure=broken), MET))
    assert run.main([]) == 1
    shown = capsys.readouterr().out
    assert "| the slow thing | `slow` | not measured | | a figure | **no** |\n| the good" in shown
    assert "\n- not measured: the slow thing, `slow`: OSError: no space.\n" in shown


def test_what_is_not_measured_is_no_failure(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Figure((Line("run", NotMeasured("no tool")),), (Demand("≤ 2 s", None),))
    monkeypatch.setattr(run, "ROWS", (replace(MET, measure=lambda _, __: missing),))
    assert run.main(["--write"]) == 0
    assert "\n\n- not measured: the good thing, `run`: no tool.\n" in page.read_text()
