"""The payments service: reserves the money for an order, and gives it back.

A reservation is named by its order, so asking twice reserves once and every call may be repeated.
One that no order came to need expires over there after 15 minutes.
"""

import asyncio
import logging
import random
from typing import Any
from uuid import UUID

import httpx

from orders.breaker import CircuitBreaker
from orders.errors import DependencyUnavailableError, PaymentDeclinedError
from orders.logs import request_id
from orders.metrics import CIRCUIT_OPEN, DEPENDENCY_DURATION, DEPENDENCY_ERRORS

log = logging.getLogger(__name__)

ATTEMPTS = 3
ATTEMPT_TIMEOUT = httpx.Timeout(1.0, connect=0.5)
BACKOFF_S = 0.1
# All attempts together; a caller waits no longer than this for payments.
DEADLINE_S = 2.5


class Payments:
    def __init__(
        self,
        url: str,
        api_key: str,
        breaker: CircuitBreaker | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=ATTEMPT_TIMEOUT,
            transport=transport,
        )
        self._breaker = breaker or CircuitBreaker()

    async def reserve(
        self, order_id: UUID, *, amount_cents: int, currency: str, payment_token: str
    ) -> None:
        """Raises PaymentDeclinedError, or DependencyUnavailableError when nobody could say."""
        body = {
            "amount_cents": amount_cents,
            "currency": currency,
            "payment_token": payment_token,
        }
        response = await self._call("PUT", f"/reservations/{order_id}", body)
        if response.status_code == httpx.codes.PAYMENT_REQUIRED:
            raise PaymentDeclinedError
        self._expect_success(response)

    async def release(self, order_id: UUID) -> None:
        """Raises DependencyUnavailableError. A reservation that is gone already is no error."""
        response = await self._call("DELETE", f"/reservations/{order_id}")
        if response.status_code != httpx.codes.NOT_FOUND:
            self._expect_success(response)

    async def close(self) -> None:
        await self._client.aclose()

    async def _call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        if not self._breaker.allows_call():
            raise DependencyUnavailableError("payments", "circuit open")
        try:
            with DEPENDENCY_DURATION.labels("payments").time():
                async with asyncio.timeout(DEADLINE_S):
                    response = await self._attempts(method, path, body)
        except (httpx.HTTPError, TimeoutError) as error:
            self._breaker.failed()
            raise self._unavailable(str(error) or type(error).__name__) from error
        else:
            self._breaker.succeeded()
        finally:
            CIRCUIT_OPEN.labels("payments").set(self._breaker.is_open)
        return response

    async def _attempts(self, method: str, path: str, body: Any) -> httpx.Response:
        for attempt in range(ATTEMPTS - 1):
            try:
                return await self._attempt(method, path, body)
            except httpx.HTTPError:
                # Doubled each time, and spread so that callers do not return all at once.
                await asyncio.sleep(BACKOFF_S * 2**attempt * random.uniform(0.5, 1.5))
        return await self._attempt(method, path, body)

    async def _attempt(self, method: str, path: str, body: Any) -> httpx.Response:
        headers = {"X-Request-ID": request_id.get() or ""}
        response = await self._client.request(method, path, json=body, headers=headers)
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            response.raise_for_status()
        return response

    def _expect_success(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise self._unavailable(f"unexpected answer {response.status_code}")

    def _unavailable(self, reason: str) -> DependencyUnavailableError:
        DEPENDENCY_ERRORS.labels("payments").inc()
        log.warning("payments unavailable", extra={"reason": reason})
        return DependencyUnavailableError("payments", reason)
