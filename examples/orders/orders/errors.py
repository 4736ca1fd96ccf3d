"""What can go wrong with an order, apart from how it is said over HTTP."""

from uuid import UUID


class DependencyUnavailableError(Exception):
    """A dependency that the request cannot do without failed or took too long."""

    def __init__(self, dependency: str, reason: str) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency = dependency


class PaymentDeclinedError(Exception):
    """The customer's payment was refused; trying again will not help."""


class OrderNotFoundError(Exception):
    def __init__(self, order_id: UUID) -> None:
        super().__init__(f"no order {order_id}")


class OrderNotCancellableError(Exception):
    def __init__(self, order_id: UUID, status: str) -> None:
        super().__init__(f"order {order_id} is {status}; only a confirmed order can be cancelled")
