"""PostgreSQL: units of work with a bounded time, on connections that come back by themselves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import event, exc, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from orders.errors import DependencyUnavailableError
from orders.metrics import DEPENDENCY_DURATION, DEPENDENCY_ERRORS

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

# One host of a URL that names two may be unreachable rather than down: then 2 s (the least that
# libpq knows) pass before the other is tried, and a unit of work has to outlast that.
CONNECT_TIMEOUT_S = 2
DEADLINE_S = 4.0

CONNECTION: dict[str, Any] = {
    "application_name": "orders",
    "connect_timeout": CONNECT_TIMEOUT_S,
    "tcp_user_timeout": 2000,  # milliseconds without an acknowledgement; default: 15 minutes
    "options": "-c statement_timeout=2000 -c idle_in_transaction_session_timeout=10000",
}


class Database:
    """One server, or one primary behind several host names.

    Each worker holds at most ten connections: five kept, five more under load.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._ping: asyncio.Task[bool] | None = None
        self._abandoned: set[asyncio.Task[Any]] = set()

    async def run(self, work: Work[T]) -> T:
        """The result of a unit of work, committed.

        Raises DependencyUnavailableError when it did not end within DEADLINE_S.
        """
        task = asyncio.ensure_future(self._transaction(work))
        with DEPENDENCY_DURATION.labels("postgresql").time():
            # Not wait_for: that waits for the cancellation too, and psycopg gives a server that
            # no longer answers ten seconds to confirm one.
            done, _ = await asyncio.wait({task}, timeout=DEADLINE_S)
        if not done:
            self._abandon(task)
            raise self._unavailable(f"no answer within {DEADLINE_S} s")
        return task.result()

    async def answers_within(self, timeout_s: float) -> bool:
        """Whether the server executes a statement in time.

        At most one question is under way, however often this is called, and it is left to end
        by itself: the connection that it opens is the one that later requests find.
        """
        if self._ping is None or self._ping.done():
            self._ping = asyncio.create_task(self._select_one())
        ping = self._ping
        done, _ = await asyncio.wait({ping}, timeout=timeout_s)
        return bool(done) and ping.result()

    async def close(self) -> None:
        await self._engine.dispose()

    async def _select_one(self) -> bool:
        try:
            await self.run(lambda session: session.execute(text("SELECT 1")))
        except DependencyUnavailableError:
            return False
        return True

    async def _transaction(self, work: Work[T]) -> T:
        try:
            async with self._sessions.begin() as session:
                return await work(session)
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise self._unavailable(_first_line(error)) from error
        except exc.DBAPIError as error:
            if error.connection_invalidated:
                raise self._unavailable(_first_line(error)) from error
            raise

    def _abandon(self, task: asyncio.Task[Any]) -> None:
        self._abandoned.add(task)  # the loop itself holds no strong reference to a task
        task.add_done_callback(self._abandoned.discard)
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        task.cancel()

    def _unavailable(self, reason: str) -> DependencyUnavailableError:
        DEPENDENCY_ERRORS.labels("postgresql").inc()
        log.warning("database unavailable", extra={"reason": reason})
        return DependencyUnavailableError("postgresql", reason)


def _engine(url: str) -> AsyncEngine:
    conninfo = make_conninfo(**CONNECTION | conninfo_to_dict(url))
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=partial(psycopg.AsyncConnection.connect, conninfo),
        pool_size=5,
        max_overflow=5,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,  # a connection that died with its server is replaced unseen
        pool_recycle=1800,
        hide_parameters=True,  # what customers ordered stays out of error messages
    )
    event.listen(engine.sync_engine, "handle_error", _leave_demoted_primary)
    return engine


def _leave_demoted_primary(context: ExceptionContext) -> None:
    """A primary that came back as a standby still answers: its connections must go all the same."""
    if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
        context.is_disconnect = True


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
