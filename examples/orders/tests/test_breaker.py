from orders.breaker import CircuitBreaker


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(failures_to_open=3, retry_after_s=5.0, clock=clock)
    for _ in range(3):
        breaker.failed()
    return breaker


def test_only_failures_in_a_row_open_it() -> None:
    breaker = CircuitBreaker(failures_to_open=3)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
    assert breaker.allows_call()


def test_while_open_it_allows_one_call_per_interval() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert breaker.is_open
    assert not breaker.allows_call()
    clock.now_s = 5.0
    assert [breaker.allows_call(), breaker.allows_call()] == [True, False]
    clock.now_s = 9.9
    assert not breaker.allows_call()
    clock.now_s = 10.0
    assert breaker.allows_call()


def test_a_success_closes_it() -> None:
    breaker = opened(Clock())
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.allows_call()
