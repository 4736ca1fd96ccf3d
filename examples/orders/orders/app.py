"""The ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from orders import __version__, health, routes
from orders.cache import Cache
from orders.config import Settings
from orders.database import Database
from orders.errors import (
    DependencyUnavailableError,
    OrderNotCancellableError,
    OrderNotFoundError,
    PaymentDeclinedError,
)
from orders.payments import Payments
from orders.service import Orders
from orders.telemetry import Telemetry


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Nothing is connected to here: a worker starts while its dependencies are away."""
    settings = Settings()
    standby_url = settings.database_standby_url
    orders = Orders(
        primary=Database(settings.database_url.get_secret_value()),
        standby=Database(standby_url.get_secret_value()) if standby_url else None,
        cache=Cache(settings.redis_url.get_secret_value()),
        payments=Payments(str(settings.payments_url), settings.payments_api_key.get_secret_value()),
    )
    app.state.orders = orders
    yield
    await orders.payments.close()
    await orders.cache.close()
    await orders.primary.close()
    if orders.standby is not None:
        await orders.standby.close()


app = FastAPI(title="orders", version=__version__, lifespan=lifespan)
app.add_middleware(Telemetry)
app.include_router(routes.router)
app.include_router(health.router)


@app.exception_handler(PaymentDeclinedError)
async def payment_declined(request: Request, error: PaymentDeclinedError) -> JSONResponse:
    return JSONResponse({"detail": "payment declined"}, status_code=402)


@app.exception_handler(OrderNotFoundError)
async def order_not_found(request: Request, error: OrderNotFoundError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)


@app.exception_handler(OrderNotCancellableError)
async def order_not_cancellable(request: Request, error: OrderNotCancellableError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=409)


@app.exception_handler(DependencyUnavailableError)
async def dependency_unavailable(
    request: Request, error: DependencyUnavailableError
) -> JSONResponse:
    # The reason may name hosts: it goes to the log, not to the caller.
    return JSONResponse(
        {"detail": f"{error.dependency} is unavailable"},
        status_code=503,
        headers={"Retry-After": "5"},
    )
