"""The routes of the service's own work."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, status

from orders.schemas import CustomerId, NewOrder, OrderList, OrderView
from orders.service import Orders

router = APIRouter(prefix="/orders", tags=["orders"])


def orders_of(request: Request) -> Orders:
    return request.app.state.orders


OrdersDependency = Annotated[Orders, Depends(orders_of)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def place_order(new: NewOrder, orders: OrdersDependency) -> OrderView:
    return await orders.place(new)


@router.get("")
async def list_orders(
    orders: OrdersDependency,
    customer_id: CustomerId | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> OrderList:
    return OrderList(orders=await orders.latest(customer_id, limit))


@router.get("/{order_id}")
async def read_order(order_id: UUID, orders: OrdersDependency) -> OrderView:
    return await orders.find(order_id)


@router.post("/{order_id}/cancel")
async def cancel_order(order_id: UUID, orders: OrdersDependency) -> OrderView:
    return await orders.cancel(order_id)
