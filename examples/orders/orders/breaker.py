"""A circuit breaker: a dependency that is down is left alone, and callers learn so at once."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after some failures in a row, then lets one call through at a time to see.

    Each worker process has its own.
    """

    def __init__(
        self,
        *,
        failures_to_open: int = 5,
        retry_after_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._retry_after_s = retry_after_s
        self._clock = clock
        self._failures = 0
        self._next_trial_s = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._failures_to_open

    def allows_call(self) -> bool:
        """Whether to try. While open, true once for each ``retry_after_s``."""
        if not self.is_open:
            return True
        if self._clock() < self._next_trial_s:
            return False
        self._next_trial_s = self._clock() + self._retry_after_s
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures == self._failures_to_open:
            self._next_trial_s = self._clock() + self._retry_after_s
