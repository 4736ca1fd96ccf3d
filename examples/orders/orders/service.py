"""What can be done with orders."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orders.cache import Cache
from orders.database import Database
from orders.errors import (
    DependencyUnavailableError,
    OrderNotCancellableError,
    OrderNotFoundError,
    PaymentDeclinedError,
)
from orders.metrics import ORDERS_PLACED
from orders.models import CANCELLED, CONFIRMED, DECLINED, FAILED, PENDING, Order
from orders.payments import Payments
from orders.schemas import NewOrder, OrderView

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Orders:
    primary: Database
    standby: Database | None
    cache: Cache
    payments: Payments

    async def place(self, new: NewOrder) -> OrderView:
        """The confirmed order.

        It is stored before its payment is asked for: with the database down nothing is reserved,
        and no connection is held while payments thinks.
        """
        order = await self._store(new)
        try:
            await self.payments.reserve(
                order.order_id,
                amount_cents=order.total_cents,
                currency=order.currency,
                payment_token=new.payment_token.get_secret_value(),
            )
        except PaymentDeclinedError:
            await self._settle(order.order_id, DECLINED)
            raise
        except DependencyUnavailableError:
            await self._settle(order.order_id, FAILED)
            raise
        await self._settle(order.order_id, CONFIRMED)
        return order.model_copy(update={"status": CONFIRMED})

    async def find(self, order_id: UUID) -> OrderView:
        """Raises OrderNotFoundError."""
        if cached := await self.cache.find(order_id):
            return cached
        order = await self._load(order_id)
        if order.status != PENDING:
            await self.cache.remember(order)
        return order

    async def latest(self, customer_id: str | None, limit: int) -> list[OrderView]:
        """The newest first. The standby, where there is one, may lag by some seconds."""
        query = select(Order).order_by(Order.created_at.desc(), Order.order_id).limit(limit)
        if customer_id is not None:
            query = query.where(Order.customer_id == customer_id)

        async def read(session: AsyncSession) -> list[OrderView]:
            return [OrderView.model_validate(row) for row in await session.scalars(query)]

        if self.standby is not None:
            try:
                return await self.standby.run(read)
            except DependencyUnavailableError:
                log.warning("standby unavailable, reading from the primary")
        return await self.primary.run(read)

    async def cancel(self, order_id: UUID) -> OrderView:
        """The cancelled order; cancelling it again changes nothing."""
        order = await self._load(order_id)
        if order.status == CANCELLED:
            return order
        if order.status != CONFIRMED:
            raise OrderNotCancellableError(order_id, order.status)
        await self.payments.release(order_id)
        cancelled_at = datetime.now(UTC)
        await self._set(order_id, CONFIRMED, status=CANCELLED, cancelled_at=cancelled_at)
        await self.cache.forget(order_id)
        log.info("order cancelled", extra={"order_id": order_id})
        return order.model_copy(update={"status": CANCELLED, "cancelled_at": cancelled_at})

    async def _store(self, new: NewOrder) -> OrderView:
        order = Order(
            customer_id=new.customer_id,
            currency=new.currency,
            items=[item.model_dump() for item in new.items],
            total_cents=new.total_cents,
        )

        async def insert(session: AsyncSession) -> OrderView:
            session.add(order)
            await session.flush()
            return OrderView.model_validate(order)

        return await self.primary.run(insert)

    async def _load(self, order_id: UUID) -> OrderView:
        async def read(session: AsyncSession) -> OrderView | None:
            row = await session.get(Order, order_id)
            return None if row is None else OrderView.model_validate(row)

        order = await self.primary.run(read)
        if order is None:
            raise OrderNotFoundError(order_id)
        return order

    async def _settle(self, order_id: UUID, outcome: str) -> None:
        await self._set(order_id, PENDING, status=outcome)
        ORDERS_PLACED.labels(outcome).inc()
        log.info("order placed", extra={"order_id": order_id, "outcome": outcome})

    async def _set(self, order_id: UUID, expected_status: str, **values: Any) -> None:
        """Changes an order unless somebody else was faster."""
        statement = (
            update(Order)
            .where(Order.order_id == order_id, Order.status == expected_status)
            .values(**values)
        )
        await self.primary.run(lambda session: session.execute(statement))
