from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from orders.breaker import CircuitBreaker
from orders.errors import DependencyUnavailableError, PaymentDeclinedError
from orders.payments import Payments

pytestmark = pytest.mark.anyio

ORDER_ID = UUID(int=1)
Answer = int | type[httpx.TransportError]


class Remote:
    """Answers as told, the last answer again and again, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return httpx.Response(answer)
        raise answer("told to")


def payments(remote: Callable[[httpx.Request], httpx.Response]) -> Payments:
    return Payments(
        "http://payments.test/v1",
        "key",
        breaker=CircuitBreaker(failures_to_open=2),
        transport=httpx.MockTransport(remote),
    )


async def reserve(client: Payments) -> None:
    await client.reserve(ORDER_ID, amount_cents=900, currency="EUR", payment_token="tok")


async def test_a_reservation_is_named_by_its_order() -> None:
    remote = Remote(201)
    await reserve(payments(remote))
    (request,) = remote.requests
    assert request.method == "PUT"
    assert str(request.url) == f"http://payments.test/v1/reservations/{ORDER_ID}"
    assert request.headers["Authorization"] == "Bearer key"


async def test_a_failure_that_passes_is_not_seen_by_the_caller() -> None:
    remote = Remote(503, httpx.ReadTimeout, 201)
    await reserve(payments(remote))
    assert len(remote.requests) == 3


async def test_three_attempts_are_enough() -> None:
    remote = Remote(503)
    with pytest.raises(DependencyUnavailableError):
        await reserve(payments(remote))
    assert len(remote.requests) == 3


@pytest.mark.parametrize(
    ("status", "error"), [(402, PaymentDeclinedError), (401, DependencyUnavailableError)]
)
async def test_an_answer_that_will_not_change_is_not_asked_for_again(
    status: int, error: type[Exception]
) -> None:
    remote = Remote(status)
    with pytest.raises(error):
        await reserve(payments(remote))
    assert len(remote.requests) == 1


async def test_an_open_circuit_asks_nobody() -> None:
    remote = Remote(httpx.ConnectError)
    client = payments(remote)
    for _ in range(4):
        with pytest.raises(DependencyUnavailableError):
            await reserve(client)
    assert len(remote.requests) == 2 * 3


async def test_releasing_what_is_gone_is_no_error() -> None:
    await payments(Remote(404)).release(ORDER_ID)
