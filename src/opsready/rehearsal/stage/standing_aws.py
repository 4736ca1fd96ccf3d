"""AWS's command line, loaded once for all calls of a stage.

A script calls it some twenty times a release, and each time it reads itself and the descriptions of
AWS's services anew: nine tenths of the processor time of a call, as measured. Here one process has
read them and forks for each call; what then runs is the same code, with the folder, environment,
words and open files of whoever called.
"""

import contextlib
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from opsready.rehearsal.stage.cloud import CREDENTIAL, REGION
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process

# What the scripts of a pipeline call.
_SERVICES = ("cloudwatch", "ecs", "elbv2", "s3", "secretsmanager", "ssm")
_START_S = 60
_PAUSE_S = 0.05
# The address of a socket has room for that many bytes on Linux, and fewer on macOS (unix(7)).
_ADDRESS_BYTES = 100
_CALLER = """#!{python} -SE
import os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    told = [os.getcwd(), *(name + "=" + value for name, value in os.environ.items()), ""]
    text = "\\0".join([*told, *sys.argv[1:]])
    socket.send_fds(line, [b"-"], [0, 1, 2])
    line.sendall(os.fsencode(text))
    line.shutdown(socket.SHUT_WR)
    sys.exit((line.recv(1) or b"\\xff")[0])
"""


def stand_for_aws(program: Path, environment: Mapping[str, str], mark: str) -> Process | None:
    """Writes a program that calls the one that stands. None where our own Python has no such
    command line, or it does not start: then whoever asks takes the real program."""
    address = program.with_name("aws.socket")
    if find_spec("awscli") is None or len(os.fsencode(address)) > _ADDRESS_BYTES:
        return None
    words = [sys.executable, "-m", __name__, str(address)]
    given = {**environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        process = Process(Command("aws", words, program.parent, given, mark))
    except NoSuchCommand:
        return None
    deadline = time.monotonic() + _START_S
    while process.is_alive and not address.exists() and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
    if not address.exists():
        process.kill()
        return None
    program.write_text(
        _CALLER.format(python=shlex.quote(sys.executable), address=str(address)), encoding="utf-8"
    )
    program.chmod(0o755)
    return process


def _serve(address: str) -> None:
    make, known = _loaded()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        # Only once it listens is it there under its name.
        server.bind(address + ".new")
        server.listen(16)
        Path(address + ".new").rename(address)
        while True:
            call, _ = server.accept()
            if os.fork() == 0:
                os._exit(_answer(call, make, known))
            call.close()


def _loaded() -> tuple[Callable[[], Any], Any]:
    """What makes a command line, and a loader that has read the descriptions of services."""
    make = import_module("awscli.clidriver").create_clidriver
    session = make().session
    for name in _SERVICES:
        session.create_client(
            name,
            region_name=REGION,
            aws_access_key_id=CREDENTIAL,
            aws_secret_access_key=CREDENTIAL,
        )
    return make, session.get_component("data_loader")


def _answer(call: socket.socket, make: Callable[[], Any], known: Any) -> int:
    """One call, in a process of its own; settings are read anew, as they are the caller's."""
    code = 255
    with contextlib.suppress(BaseException):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, files, _, _ = socket.recv_fds(call, 1, 3)
        text = b"".join(iter(lambda: call.recv(1 << 16), b""))
        parts = os.fsdecode(text).split("\0")
        end = parts.index("")
        os.chdir(parts[0])
        os.environ.clear()
        os.environ.update(dict(part.split("=", 1) for part in parts[1:end]))
        for file, at in zip(files, (0, 1, 2), strict=True):
            os.dup2(file, at)
        driver = make()
        driver.session.register_component("data_loader", known)
        try:
            code = driver.main(parts[end + 1 :])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
    call.sendall(bytes([code & 0xFF]))
    return code


if __name__ == "__main__":
    _serve(sys.argv[1])
