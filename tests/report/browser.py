"""Headless Chromium, spoken to over a pipe: nothing listens, and nothing is fetched."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

# Chromium reads commands from descriptor 3 and answers on 4.
_START = (
    "import os, sys; from fcntl import F_DUPFD, fcntl;"
    "read, write = (fcntl(int(n), F_DUPFD, 10) for n in sys.argv[1:3]);"
    "os.dup2(read, 3); os.dup2(write, 4); os.execv(sys.argv[3], sys.argv[3:])"
)
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"),
)


class Ended(Exception):
    """Chromium is gone, or never was there."""


class Page:
    """One tab. `asked` are the addresses that it asked for, `complaints` what its console said."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.asked: list[str] = []
        self.complaints: list[str] = []
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        attached = self.tell("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.tell(f"{domain}.enable")

    def tell(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._note(answer)
        assert "error" not in answer, answer["error"]
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    def open(self, path: Path, fragment: str = "") -> None:
        """Shows the file, and waits until it stands."""
        self.tell("Page.navigate", url="about:blank")
        self._await("Page.loadEventFired")
        self.asked.clear()
        self.tell("Page.navigate", url=path.as_uri() + fragment)
        self._await("Page.loadEventFired")

    def shape(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """A screen of this size, with this preference."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.tell("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", features=[scheme])

    def scripts(self, *, run: bool) -> None:
        """Whether the page's own script runs."""
        self.tell("Emulation.setScriptExecutionDisabled", value=not run)

    def value(self, expression: str) -> Any:
        """What an expression gives there."""
        answer = self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: Path) -> None:
        """What is seen, for a person to look at."""
        data = self.tell("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def end(self) -> None:
        """Closes the browser."""
        self._session = None
        self.tell("Browser.close")

    def _await(self, event: str) -> None:
        while (message := self._next()).get("method") != event:
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        given = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.asked.append(given["request"]["url"])
        elif message.get("method") == "Log.entryAdded":
            self.complaints.append(given["entry"]["text"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(given["exceptionDetails"]))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 16)
            if not more:
                raise Ended
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        parsed = json.loads(message)
        assert isinstance(parsed, dict)
        return parsed


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A browser with a profile of its own in the folder."""
    assert PROGRAM is not None
    its_read, our_write = os.pipe()
    our_read, its_write = os.pipe()
    start = (sys.executable, "-c", _START, str(its_read), str(its_write))
    program = subprocess.Popen(
        [*start, PROGRAM, *_OPTIONS, f"--user-data-dir={folder / 'profile'}"],
        pass_fds=(its_read, its_write),
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(its_read)
    os.close(its_write)
    try:
        page = Page(our_read, our_write)
        yield page
        page.end()
    finally:
        os.close(our_write)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        os.close(our_read)
