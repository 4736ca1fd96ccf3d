"""What callers send and what they are sent."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

CustomerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,32}$")]


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sku: Sku
    quantity: int = Field(ge=1, le=1000)
    unit_price_cents: int = Field(ge=1, le=100_000_000)


class NewOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    customer_id: CustomerId
    currency: Literal["EUR", "GBP", "USD"]
    payment_token: SecretStr = Field(min_length=1, max_length=128)
    items: list[Item] = Field(min_length=1, max_length=100)

    @property
    def total_cents(self) -> int:
        return sum(item.quantity * item.unit_price_cents for item in self.items)


class OrderView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    order_id: UUID
    customer_id: str
    currency: str
    items: list[Item]
    total_cents: int
    status: str
    created_at: datetime
    cancelled_at: datetime | None


class OrderList(BaseModel):
    orders: list[OrderView]
