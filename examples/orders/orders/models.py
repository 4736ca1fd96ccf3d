"""An order as it is stored."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CHAR, BigInteger, CheckConstraint, DateTime, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PENDING = "pending"  # stored, its payment not yet reserved
CONFIRMED = "confirmed"
DECLINED = "declined"
FAILED = "failed"  # payments could not be asked
CANCELLED = "cancelled"


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'confirmed', 'declined', 'failed', 'cancelled')",
            name="orders_status",
        ),
        Index("orders_created_at", "created_at"),
        Index("orders_customer_id_created_at", "customer_id", "created_at"),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CHAR(3))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(Text, default=PENDING)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
