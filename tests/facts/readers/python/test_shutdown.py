"""What code does when it is told to stop."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.shutdown import READER
from tests.facts.readers.python.stated import values

LIFESPAN = (
    "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n"
    "@asynccontextmanager\nasync def lifespan(app):\n    {before}\n    yield\n    {after}\n"
    "app = FastAPI(lifespan=lifespan)\n"
)


def stopped(code: str, path: str = "app.py") -> list[tuple[str, object, list[str]]]:
    told = values(READER, {path: code}, Claim.GRACEFUL_SHUTDOWN)
    return [(value["by"], value["timeout_s"], value["releases"]) for value in told]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (LIFESPAN.format(before="pass", after="await app.state.redis.aclose()"),
         [("lifespan", None, ["redis"])]),
        (LIFESPAN.format(before="pass", after="log.info('bye')"), []),
        ("from fastapi import FastAPI\napp = FastAPI()\n"
         "@app.on_event('shutdown')\ndef bye(): engine.dispose()\n",
         [("on_event", None, ["engine"])]),
        ("from aiohttp import web\nasync def bye(app): await app['db'].close()\n"
         "app.on_cleanup.append(bye)\nweb.run_app(app, shutdown_timeout=20)\n",
         [("on_cleanup", None, []), ("aiohttp", 20.0, [])]),
        ("import signal\ndef stop(*_): server.shutdown()\nsignal.signal(signal.SIGTERM, stop)\n",
         [("signal", None, ["server"])]),
        ("import signal\nfor s in (signal.SIGINT, signal.SIGTERM):\n"
         "    loop.add_signal_handler(s, stop)\n", [("signal", None, [])]),
        ("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)\n", []),
        ("import signal\nsignal.signal(signal.SIGUSR1, reload)\n", []),
        ("import uvicorn\nuvicorn.run(app, timeout_graceful_shutdown=30)\n",
         [("uvicorn", 30.0, [])]),
    ],
)  # fmt: skip
def test_what_is_given_back(code: str, told: list[object]) -> None:
    assert stopped(code) == told


def test_gunicorn_waits_as_long_as_its_configuration_says() -> None:
    assert stopped("graceful_timeout = 25\n", "gunicorn.conf.py") == [("gunicorn", 25.0, [])]
