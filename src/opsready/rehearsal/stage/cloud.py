"""AWS's stand-in: the `moto` server, on loopback, empty at first, gone with the stage."""

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import psutil

from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.ports import LOOPBACK, free_port, is_free
from opsready.rehearsal.stage.process import NoSuchCommand
from opsready.rehearsal.stage.process import Process as StageProcess
from opsready.rehearsal.stage.server import Server
from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

REGION = "eu-central-1"
"""Where nothing says otherwise; the emulator is the same in each."""
CREDENTIAL = "rehearsal"
"""Both halves of the only credentials that a process of the stage may hold."""

_START_S = 60
_PAUSE_S = 0.05
# Two tries: the emulator answers at once or never, and each further one only waits longer.
_ATTEMPTS = 2
_HEALTH = "/moto-api/data.json"


class Cloud(Server):
    """One emulator with a state of its own: what was created in it is lost when it stops. Use it
    as a context manager, or call `start` and in the end `close`."""

    def __init__(self, stage: "Stage", name: str = "cloud", region: str = REGION) -> None:
        self.name = name
        self._refuse_when_over = stage.refuse_when_over
        self.region = region
        self._room = Room(stage.directory / name, stage.name)
        self._room.directory.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens, on loopback alone."""
        return self._port

    @property
    def endpoint(self) -> str:
        """Its address, the same for every service of AWS."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the `aws` command line and Terraform's provider need in order to talk to it, and
        to nothing else: no profile, no metadata service, no file of the user's."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": CREDENTIAL,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": str(_ATTEMPTS),
            "AWS_PAGER": "",
            "NO_PROXY": LOOPBACK,
        }

    @property
    def tool(self) -> tuple[str, str]:
        """The version of the package."""
        return "moto", version("moto")

    def start(self) -> None:
        """Returns when it answers. Raises CannotStage with the reason."""
        if self.is_up:
            return
        self._refuse_when_over()
        if importlib.util.find_spec("moto") is None:
            raise CannotStage("moto is missing: pip install 'opsready[rehearse]'")
        if self._process is None and not is_free(self._port):
            self._port = free_port()
        arguments = ["-m", "moto.server", "-H", LOOPBACK, "-p", str(self._port)]
        try:
            self._process = StageProcess(self._room.command("moto", sys.executable, *arguments))
        except NoSuchCommand as missing:
            raise CannotStage(f"moto cannot be started: {missing}") from None
        self._await_answer(self._process)

    def call(self, service: str, operation: str, /, **arguments: Any) -> Any:
        """One request, as boto3 spells it: `call("s3", "create_bucket", Bucket="state")`."""
        return getattr(self._client(service), operation)(**arguments)

    def __enter__(self) -> "Cloud":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _await_answer(self, process: StageProcess) -> None:
        """It listens itself: another program on that port would answer too."""
        import httpx

        deadline = time.monotonic() + _START_S
        with httpx.Client(trust_env=False, timeout=2) as client:
            while process.is_alive and time.monotonic() < deadline:
                try:
                    if self._is_listening(process):
                        client.get(self.endpoint + _HEALTH).raise_for_status()
                        return
                except (httpx.HTTPError, psutil.Error):
                    pass
                time.sleep(_PAUSE_S)
        process.kill()
        told = process.told() or "it said nothing"
        raise CannotStage(f"moto did not start on port {self._port}: {told}")

    def _is_listening(self, process: StageProcess) -> bool:
        mine = (connection for one in process.family() for connection in one.net_connections())
        return any(c.status == psutil.CONN_LISTEN and c.laddr.port == self._port for c in mine)

    def _client(self, service: str) -> Any:
        """One a service; nothing of the user's own settings for AWS reaches it."""
        from botocore.config import Config

        with self._making:
            if service not in self._clients:
                self._clients[service] = _session().create_client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    aws_access_key_id=CREDENTIAL,
                    aws_secret_access_key=CREDENTIAL,
                    config=Config(retries={"total_max_attempts": _ATTEMPTS}, proxies={}),
                )
            return self._clients[service]


def _session() -> Any:
    """One that looks neither for a profile nor for a file of settings."""
    from botocore.session import Session

    nowhere = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull}
    return Session(session_vars={name: (None, [], to, None) for name, to in nowhere.items()})
