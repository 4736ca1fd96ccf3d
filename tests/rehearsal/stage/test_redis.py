"""A real Redis: started, asked, broken, and started again."""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as client

from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.ports import accepts
from opsready.rehearsal.stage.redis import Redis, find_program
from opsready.rehearsal.stage.trouble import CannotStage


@pytest.fixture
def server(stages: Path) -> Iterator[Redis]:
    made = Redis("cache", Room(stages / "cache", "opsready-test"))
    made.start()
    yield made
    made.close()


def ask(server: Redis) -> client.Redis:
    return client.Redis.from_url(server.address["url"], socket_timeout=1)


def test_it_is_stopped_killed_hung_and_started_again_on_the_same_port(server: Redis) -> None:
    before = dict(server.address)
    for down in (server.stop, server.kill):
        assert ask(server).ping()
        down()
        assert not server.is_up
        assert not accepts(int(before["port"]))
        server.start()
        assert dict(server.address) == before

    server.pause()
    with pytest.raises(client.TimeoutError):
        ask(server).ping()
    server.resume()
    assert ask(server).ping()


@pytest.mark.parametrize("command", ["CONFIG GET dir", "MODULE LIST", "REPLICAOF 127.0.0.1 1"])
def test_nobody_can_make_it_write_files(server: Redis, command: str) -> None:
    with pytest.raises(client.ResponseError, match="unknown command"):
        ask(server).execute_command(*command.split())


def test_it_says_its_version(server: Redis) -> None:
    name, version = server.tool
    assert name == "redis"
    assert int(version.split(".")[0]) >= 6


def test_a_machine_without_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(CannotStage, match=r"pip install 'opsready\[rehearse\]'"):
        find_program()
