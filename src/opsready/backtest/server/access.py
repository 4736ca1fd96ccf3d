"""How a server is reached: its address, who asks, and how hard."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CREDENTIALS = re.compile(r"//[^/@]*@")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")


class BadAccess(ValueError):
    """Options with which no server can be asked; it says why."""


class ServerFailed(Exception):
    """A query without an answer: which, of which span, and why."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


class AskedTooMuch(ServerFailed):
    """A query that is refused for its size: a part of its span may be answered."""


@dataclass(frozen=True)
class Access:
    """`headers` may hold secrets, and are never shown. `at_once` queries run side by side; one
    that fails is asked for again `retries` times."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    timeout_s: float = 60.0
    at_once: int = 4
    retries: int = 3

    def __post_init__(self) -> None:
        if not re.match(r"https?://[^/]", self.url):
            raise BadAccess(f"{self.shown}: a server's address begins with http:// or https://")
        for name, value in self.headers.items():
            if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
                shown = name.encode("ascii", "replace").decode()
                raise BadAccess(f"the header {shown} is none: one line of ASCII, without controls")

    @property
    def shown(self) -> str:
        """The address without what may be secret in it."""
        return _CREDENTIALS.sub("//", self.url)

    def tls(self) -> ssl.SSLContext:
        """Certificates are always checked. Raises BadAccess."""
        try:
            context = ssl.create_default_context(cafile=self.authority)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            named = ", ".join(str(p) for p in (self.authority, self.certificate, self.key) if p)
            why = getattr(error, "strerror", None) or error
            raise BadAccess(f"{named}: no certificate that can be used: {why}") from None
        return context
