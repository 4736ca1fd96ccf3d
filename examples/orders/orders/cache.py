"""Redis: a copy of orders that were read lately. The service works without it, only slower."""

import logging
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from orders.metrics import CACHE_READS, DEPENDENCY_DURATION, DEPENDENCY_ERRORS
from orders.schemas import OrderView

log = logging.getLogger(__name__)

# How long a cancelled order may still be shown as confirmed if Redis could not be told.
TTL_S = 60
# A cache slower than the database behind it is no use.
TIMEOUT_S = 0.1


class Cache:
    """No method raises because Redis is away."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            # Once, for a pooled connection that a restarted server no longer knows. A server that
            # is slow is not asked again.
            retry=Retry(NoBackoff(), retries=1, supported_errors=(RedisConnectionError,)),
        )

    async def find(self, order_id: UUID) -> OrderView | None:
        try:
            with DEPENDENCY_DURATION.labels("redis").time():
                found = await self._redis.get(_key(order_id))
        except (RedisError, OSError) as error:
            CACHE_READS.labels("error").inc()
            self._failed("read", error)
            return None
        CACHE_READS.labels("miss" if found is None else "hit").inc()
        return None if found is None else OrderView.model_validate_json(found)

    async def remember(self, order: OrderView) -> None:
        try:
            await self._redis.set(_key(order.order_id), order.model_dump_json(), ex=TTL_S)
        except (RedisError, OSError) as error:
            self._failed("write", error)

    async def forget(self, order_id: UUID) -> None:
        try:
            await self._redis.delete(_key(order_id))
        except (RedisError, OSError) as error:
            self._failed("delete", error)

    async def answers(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        await self._redis.aclose()

    def _failed(self, operation: str, error: Exception) -> None:
        DEPENDENCY_ERRORS.labels("redis").inc()
        log.warning("cache unavailable", extra={"operation": operation, "reason": str(error)})


def _key(order_id: UUID) -> str:
    # v1: the shape of OrderView. A change that old code cannot read gets a new number.
    return f"orders:v1:{order_id}"
