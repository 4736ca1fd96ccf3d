"""The routes that machines ask: is it alive, may it be sent requests, what are its numbers."""

import asyncio

from fastapi import APIRouter, Request, Response, status
from prometheus_client import CONTENT_TYPE_LATEST

from orders.metrics import exposition

router = APIRouter(tags=["health"])

READINESS_TIMEOUT_S = 2.0


@router.get("/healthz")
async def liveness() -> dict[str, str]:
    """Touches no dependency: a restart would mend none of them."""
    return {"status": "ok"}


@router.get("/readyz")
async def readiness(request: Request, response: Response) -> dict[str, object]:
    """Ready while PostgreSQL answers. Without Redis reads are slower, but they work."""
    orders = request.app.state.orders
    database_up, cache_up = await asyncio.gather(
        orders.primary.answers_within(READINESS_TIMEOUT_S), orders.cache.answers()
    )
    if not database_up:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return {
        "status": "ready" if database_up else "not ready",
        "checks": {
            "postgresql": "up" if database_up else "down",
            "redis": "up" if cache_up else "degraded",
        },
    }


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
