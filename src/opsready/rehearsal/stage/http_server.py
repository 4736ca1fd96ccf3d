"""What every HTTP server of a stage has in common: it listens on loopback, answers any method, and
says nothing of clients that went away."""

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opsready.rehearsal.stage.ports import LOOPBACK

_LOOKS_EVERY_S = 0.05


class HttpServer(ThreadingHTTPServer):
    """One thread a request, none of which outlives the process."""

    daemon_threads = True
    block_on_close = False
    # A load of many clients connects at once.
    request_queue_size = 256

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__((LOOPBACK, port), handler)

    def begin(self) -> None:
        """Answers from now on, in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(_LOOKS_EVERY_S,), daemon=True).start()

    def end(self) -> None:
        """Nothing listens any more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A client that went away is not our business."""


class AnyMethod(BaseHTTPRequestHandler, ABC):
    """Whatever the method of a request, `respond` is called."""

    protocol_version = "HTTP/1.1"

    @abstractmethod
    def respond(self) -> None:
        """Reads the request and answers it."""

    def __getattr__(self, name: str) -> Any:
        """The parent looks for `do_` and the method's name."""
        if name.startswith("do_"):
            return self.respond
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
