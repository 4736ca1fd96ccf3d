"""A service of one file, healthy unless FAULTS names what is wrong with it."""

import os
import signal
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = set(os.environ.get("FAULTS", "").split(","))
DATABASE = os.environ.get("DATABASE_URL")
WORKERS = int(os.environ.get("WORKERS", "1"))
SSL_REQUEST = struct.pack("!II", 8, 80877103)
requests = Counter()
gone = []
listed = []


def database_answers():
    if DATABASE is None:
        return True
    where = urlsplit(DATABASE)
    try:
        with socket.create_connection((where.hostname, where.port), timeout=1) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in (b"S", b"N")
    except OSError:
        return False


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/live":
            self.answer(
                503 if "liveness_asks_database" in FAULTS and not database_answers() else 200
            )
        elif path == "/ready":
            self.answer(200 if self.is_ready() else 503)
        elif path == "/metrics":
            self.answer(200, metrics())
        elif path == "/orders" and "breaker_trips" in FAULTS:
            listed.append(path)
            is_open = len(listed) % 2 == 0 or not database_answers()
            self.answer(503 if is_open else 200, "{}" if is_open else '{"id": "o-1"}', count=True)
        elif path.startswith("/orders"):
            time.sleep(0.02)
            self.answer(200 if self.sells() else 500, '{"id": "o-1"}', count=True)
        else:
            self.answer(404, count=True)

    def sells(self):
        if not database_answers():
            gone.append("once")
        return database_answers() and not ("never_recovers" in FAULTS and gone)

    def is_ready(self):
        if "never_ready" in FAULTS or ("gives_up" in FAULTS and gone):
            return False
        if not database_answers():
            gone.append("once")
        return "ignores_database" in FAULTS or database_answers()

    def answer(self, status, text="{}", count=False):
        if count:
            requests[str(status)] += 1
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def metrics():
    lines = ["# TYPE shop_requests_total counter"]
    lines += [f'shop_requests_total{{status="{s}"}} {n}' for s, n in sorted(requests.items())]
    lines += ["# TYPE shop_duration_seconds histogram"]
    lines += [f'shop_duration_seconds_bucket{{le="{le}"}} 1' for le in ("0.1", "0.3", "+Inf")]
    lines += ["shop_duration_seconds_sum 0.02", "shop_duration_seconds_count 1"]
    return "\n".join(lines) + "\n"


class Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128


def serve(server):
    def stop(*_):
        if "drops_at_sigterm" in FAULTS:
            os._exit(0)
        threading.Thread(target=server.shutdown).start()

    if "ignores_sigterm" in FAULTS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, stop)
    server.serve_forever(0.02)
    server.socket.setblocking(False)
    while True:
        try:
            server.process_request(*server.get_request())
        except BlockingIOError:
            break
    server.server_close()


def serve_with_workers(server):
    children = []
    for _ in range(WORKERS):
        child = os.fork()
        if child == 0:
            serve(server)
            os._exit(0)
        children.append(child)
    server.socket.close()
    signal.signal(signal.SIGTERM, lambda *_: [os.kill(child, signal.SIGTERM) for child in children])
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    listening = Server(("127.0.0.1", int(os.environ["PORT"])), Shop)
    if WORKERS > 1:
        serve_with_workers(listening)
    else:
        serve(listening)
