"""The worker that gunicorn runs: uvicorn, stopped without losing a request.

uvicorn alone closes its listening socket with connections still waiting in it, and closes idle
keep-alive connections on which the next request may already be under way. Both reset the caller.
"""

import asyncio
import socket
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

from gunicorn.arbiter import Arbiter
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

# How long an idle connection is kept for a last request, which is answered "Connection: close".
LINGER_S = 2.0
# How long a request that has begun may take to end.
DRAIN_S = 20


class DrainingServer(Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        listeners = sockets or []
        for listener in listeners:
            loop.remove_reader(listener)
        # asyncio gives a connection that it has fetched to its server one turn of the loop later,
        # and drops it when that server is closed by then.
        await asyncio.sleep(0)
        # What arrives between the last fetch and the close is reset: nothing may come between.
        waiting = [connection for listener in listeners for connection in _backlog(listener)]
        for server in self.servers:
            server.close()
        self.server_state.default_headers.append((b"connection", b"close"))
        await asyncio.gather(*map(self._serve_accepted, waiting), return_exceptions=True)
        await self._linger()
        await super().shutdown(sockets)

    async def _serve_accepted(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(
            self._protocol,
            connection,
            ssl=self.config.ssl,
            ssl_handshake_timeout=LINGER_S if self.config.ssl else None,
        )

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )

    async def _linger(self) -> None:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + LINGER_S
        while self.server_state.connections and loop.time() < end_s:
            await asyncio.sleep(0.05)


class DrainingWorker(UvicornWorker):
    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "asyncio",
        "http": "h11",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": DRAIN_S,
    }

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(config=self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


def _backlog(listener: socket.socket) -> Iterator[socket.socket]:
    """The connections that the kernel has accepted and nobody has fetched."""
    while True:
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        yield connection
