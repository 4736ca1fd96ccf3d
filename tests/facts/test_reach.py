"""Which servers a function reaches."""

import pytest

from opsready.documents.python_code import PythonCode
from opsready.facts.clients import Clients
from opsready.facts.reach import Reach, Reaches
from tests.build import make_bundle


def reach(body: str) -> Reach:
    """What `check` reaches, given its body and everything around it."""
    bundle = make_bundle({"app.py": f"{SETUP}{body}\n"})
    code = bundle.assembled(PythonCode)
    check = next(f for m in code.modules for f in m.functions() if f.short_name == "check")
    return Reaches(Clients(code, bundle)).of(check)


SETUP = (
    "import logging, json, requests, httpx, asyncpg, redis, boto3, pymongo\n"
    "from sqlalchemy import create_engine, text\n"
    "from sqlalchemy.orm import Session, sessionmaker\n"
    "engine = create_engine('postgresql://db/x')\nmake = sessionmaker(engine)\n"
    "cache = redis.Redis()\ns3 = boto3.client('s3')\nmongo = pymongo.MongoClient()\n"
    "log = logging.getLogger(__name__)\n"
)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("def check():\n    with engine.connect() as c:\n        c.execute(text('SELECT 1'))",
         ("postgresql",)),
        ("def check():\n    with make() as s:\n        s.execute(text('SELECT 1'))",
         ("postgresql",)),
        ("def check():\n    s3.list_buckets()", ("s3",)),
        ("def check(s: Session):\n    s.scalar(text('SELECT 1'))", ("postgresql",)),
        ("def check():\n    cache.ping()", ("redis",)),
        ("def check(c: redis.Redis):\n    c.set('a', 'b')", ("redis",)),
        ("async def check():\n    c = await asyncpg.connect('x')", ("postgresql",)),
        ("def check():\n    mongo.admin.command('ping')", ("mongodb",)),
        ("def check():\n    requests.get('http://x')", ("http",)),
        ("async def check():\n    async with httpx.AsyncClient() as c:\n        await c.get('/')",
         ("http",)),
        ("def check():\n    cache.ping()\n    engine.connect()", ("postgresql", "redis")),
        ("def check():\n    cache.close()", ()),
        ("def check():\n    return {'status': 'ok'}", ()),
    ],
)  # fmt: skip
def test_a_call_of_a_client_reaches_its_server(body: str, kinds: tuple[str, ...]) -> None:
    assert reach(body).kinds == kinds


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("def check():\n    log.info('x')\n    return json.dumps({'a': str(1)})", True),
        ("def check():\n    helper()\ndef helper():\n    return [].append(1)", True),
        ("def check():\n    for f in checks():\n        f()", False),
        ("def check(request):\n    request.app.checker.run()", False),
        ("import other\ndef check():\n    other.run()", False),
        ("import socket\ndef check():\n    socket.create_connection(('x', 1))", False),
    ],
)
def test_what_is_not_explained_is_not_taken_for_nothing(body: str, whole: bool) -> None:
    assert reach(body) == Reach((), whole)
