"""What long work tells of itself."""

from pathlib import Path

from opsready.backtest.pace import Pace, opened


class Clock:
    """Moves on by so many seconds each time it is looked at."""

    def __init__(self, tick_s: float) -> None:
        self.now_s, self._tick_s = 0.0, tick_s

    def __call__(self) -> float:
        self.now_s += self._tick_s
        return self.now_s


def test_work_of_a_few_seconds_says_nothing_and_longer_work_now_and_then() -> None:
    for tick_s, said in ((0.5, []), (1.0, ["step 5"]), (6.0, [f"step {n}" for n in range(1, 9)])):
        told: list[str] = []
        pace = Pace(told.append, Clock(tick_s))
        for step in range(1, 9):
            pace.at(f"step {step}")
        assert told == said


def test_a_file_is_read_whole_and_tells_how_far_that_is(tmp_path: Path) -> None:
    path = tmp_path / "history.om"
    path.write_bytes(bytes(range(256)) * 20_000)  # more than four buffers
    told: list[str] = []
    with opened(path, Pace(told.append, Clock(6.0))) as file:
        assert file.read(4) == b"\x00\x01\x02\x03"
        file.seek(0)
        assert file.peek(2)[:2] == b"\x00\x01"
        assert file.read() == path.read_bytes()
    assert told[0] == f"opsready: {path}: 0.0 of 0.0 GB read"


def test_many_lines_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "history.om"
    path.write_text("x 1 2\n" * 1000)
    with opened(path, Pace(print)) as file:
        assert [*file] == [b"x 1 2\n"] * 1000
