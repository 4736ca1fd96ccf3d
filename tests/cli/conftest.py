"""The command line in this process, for what needs no process of its own."""

from collections.abc import Callable

import pytest

from opsready.cli.main import run_command
from tests.cli.answer import Answer


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Answer]:
    """Runs one command line as the console script does, and gives what it answered."""

    def run(*arguments: object) -> Answer:
        code = run_command([str(argument) for argument in arguments])
        shown = capfdbinary.readouterr()
        return Answer(code, shown.out.decode(), shown.err.decode())

    return run
