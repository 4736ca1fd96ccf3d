"""What is freed is kept, as far as the system's allocator can be told."""

import platform
import subprocess
import sys

import pytest

MAKES_COLUMNS = """
import resource
import sys
import numpy as np
from opsready.promql.memory import keep_what_is_freed

assert not sys.argv[1:] or keep_what_is_freed()
def pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    rows = [np.ones(40_000) for _ in range(40)]
before = pages()
for _ in range(10):
    rows = [np.ones(40_000) for _ in range(40)]
    del rows
print(pages() - before)
"""


def pages_taken(*arguments: str) -> int:
    command = [sys.executable, "-c", MAKES_COLUMNS, *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_columns_that_are_made_again_take_no_new_pages() -> None:
    assert pages_taken() > 10_000
    assert pages_taken("keep") < 1_000
