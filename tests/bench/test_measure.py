"""Commands are run, and what does not work is not measured."""

import pytest

from bench.measure import Command, NotMeasured, Ran, Timing, median, once, side_by_side, told


def shell(script: str, *answers: int) -> Command:
    return Command(script, ("/bin/sh", "-c", script), answers or (0,))


def test_what_a_command_prints_is_kept() -> None:
    ran = once(shell("echo one; echo two >&2"))
    assert isinstance(ran, Ran)
    assert ran.said == "one\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Command("none", ("/nowhere/none",)), "it is not installed here"),
        (
            Command("none", ("/nowhere/none",), remedy="`make tools` installs it"),
            "it is not installed here; `make tools` installs it",
        ),
        (shell("echo why >&2; exit 3"), "exit 3: why"),
        (shell("exit 3"), "exit 3: nothing"),
    ],
)
def test_a_command_that_does_not_work_is_not_measured(command: Command, why: str) -> None:
    assert once(command) == NotMeasured(why)
    assert side_by_side([command], 2) == [NotMeasured(why)]
    assert told(command) == NotMeasured(why)


def test_some_exit_codes_are_answers_too() -> None:
    assert isinstance(once(shell("exit 1", 0, 1)), Ran)


def test_a_command_may_measure_itself() -> None:
    assert told(shell("""echo '{"seconds": 0.5}'""")) == {"seconds": 0.5}


@pytest.mark.parametrize(("warm", "started"), [(True, 3), (False, 2)])
def test_a_warming_round_is_not_counted(
    warm: bool, started: int, tmp_path: pytest.TempPathFactory
) -> None:
    script = f"echo x >>{tmp_path}/started"
    both = side_by_side([shell(script), shell("exit 3")], 2, warm=warm)
    assert isinstance(both[0], Timing)
    assert both[1] == NotMeasured("exit 3: nothing")
    assert (tmp_path / "started").read_text() == "x\n" * started


def test_nothing_of_the_surroundings_reaches_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", "of a user")
    ran = once(shell("echo ${SETTING:-none}; ls -A $HOME"))
    assert isinstance(ran, Ran)
    assert ran.said == "none\nstderr\nstdout\n"


def test_the_median_is_of_each_column() -> None:
    assert median([Timing(1, 9), Timing(5, 2), Timing(3, 4)]) == Timing(3, 4)
    assert median([]) == NotMeasured("worked once, then failed in every round")
