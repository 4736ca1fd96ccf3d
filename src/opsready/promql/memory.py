"""What is freed is kept for what comes next, in a process that does nothing but evaluate."""

import ctypes
from contextlib import suppress

# mallopt(3): the names are in malloc.h. The largest threshold for a mapping of its own that glibc
# takes on 64 bits is 32 MiB.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_MIB = 1024 * 1024
_SETTINGS = (
    (_M_MMAP_THRESHOLD, 32 * _MIB),
    (_M_TRIM_THRESHOLD, 512 * _MIB),
    (_M_TOP_PAD, 64 * _MIB),
)


def keep_what_is_freed() -> bool:
    """Whether the allocator was told so; another one than glibc's stays as it is.

    A column of a month is 350 kB, and glibc gives so much back to the system as soon as it is free:
    of 34 ms for one SLO over 30 days 10 ms were pages that the system cleared again.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        return all(mallopt(name, value) == 1 for name, value in _SETTINGS)
    return False
