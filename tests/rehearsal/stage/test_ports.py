"""Ports that a stopped server can have again."""

import socket
from pathlib import Path

import pytest

from opsready.rehearsal.stage.ports import LOOPBACK, accepts, free_port, is_free

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    assert is_free(port)
    with socket.create_server((LOOPBACK, port)):
        assert not is_free(port)
        assert accepts(port)
    assert not accepts(port)


@pytest.mark.skipif(not RANGE.exists(), reason="only Linux says which ports it gives to clients")
def test_a_port_is_never_one_that_a_client_may_be_given() -> None:
    first, last = map(int, RANGE.read_text().split())
    assert not {free_port() for _ in range(50)} & set(range(first, last + 1))
