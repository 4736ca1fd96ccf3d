"""Keeps the Alertmanager definitions of workspaces, which the emulator of AWS does not know
(moto 5.2.5), and answers for them as Amazon Managed Prometheus does (its API reference)."""

import http.client
import json
import re
import time

_PATH = re.compile(r"/workspaces/([^/?]+)/alertmanager/definition")
_READY = {"status": {"statusCode": "ACTIVE"}}


class AlertDefinitions:
    """By workspace: the definition as it was last given, which is base64."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Status and body; None for what is about something else."""
        found = _PATH.match(path)
        if found is None:
            return None
        workspace = found.group(1)
        if method in {"POST", "PUT"}:
            self._kept[workspace] = json.loads(body)["data"]
            return http.client.ACCEPTED, json.dumps(_READY).encode()
        if workspace not in self._kept:
            missing = {"message": "there is no definition", "__type": "ResourceNotFoundException"}
            return http.client.NOT_FOUND, json.dumps(missing).encode()
        if method == "DELETE":
            del self._kept[workspace]
            return http.client.ACCEPTED, b"{}"
        now = time.time()
        told = {**_READY, "data": self._kept[workspace], "createdAt": now, "modifiedAt": now}
        return http.client.OK, json.dumps({"alertManagerDefinition": told}).encode()
