"""Free ports on loopback that stay ours while what listens on them is stopped for a drill."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range from which Linux takes the local ports of outgoing connections (32768 to 60999
# by default): a client that retries while its database is stopped would otherwise one day be
# given the database's own port, and connect to itself.
_LOWEST, _ABOVE = 15000, 32768
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_ATTEMPTS = 200
_chance = random.SystemRandom()


def free_port() -> int:
    """A port that nothing listens on; raises OSError when none is found."""
    above = _first_outgoing_port()
    for _ in range(_ATTEMPTS):
        port = _chance.randrange(_LOWEST, above)
        if is_free(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {above} on {LOOPBACK}")


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def accepts(port: int, timeout_s: float = 1.0) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def _first_outgoing_port() -> int:
    try:
        first = int(_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return _ABOVE
    return first if first > _LOWEST + _ATTEMPTS else _ABOVE
