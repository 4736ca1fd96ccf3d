"""Which servers a function reaches, followed through the functions that it calls."""

import builtins
import sys
from dataclasses import dataclass
from typing import NamedTuple

from opsready.documents.python_scope import Scope
from opsready.facts.client_libraries import (
    AWS_TOPS,
    HARMLESS,
    HTTP_ASKS,
    HTTP_TOPS,
    LIBRARIES,
    SILENT,
    SQL_ASKS,
    SQL_TOPS,
)
from opsready.facts.clients import Clients

# These speak through sockets of their own, and a call of them could be anything.
_SPEAKING = {"socket", "urllib", "http", "smtplib", "ftplib", "subprocess", "telnetlib", "imaplib"}
_QUIET = (sys.stdlib_module_names - _SPEAKING) | HARMLESS | set(dir(builtins))
_DJANGO_DATABASE = ("django.db.connection", "django.db.models.Model.objects")
_DJANGO_CACHE = ("django.core.cache.cache", "django.core.cache.caches")


class Reach(NamedTuple):
    """The kinds of servers reached, sorted; `whole` says that no call was left unexplained."""

    kinds: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class Reaches:
    """Follows functions of one tree to the servers behind its clients."""

    clients: Clients

    def of(self, function: Scope) -> Reach:
        """What a function reaches."""
        kinds: set[str] = set()
        whole = True
        for _, meaning in self.clients.code.reached(function):
            kind = self._kind_reached(meaning.dotted)
            if kind:
                kinds.add(kind)
            elif meaning.defined is None:
                whole = whole and meaning.dotted.partition(".")[0].partition("(")[0] in _QUIET
        return Reach(tuple(sorted(kinds)), whole)

    def _kind_reached(self, dotted: str) -> str:
        """The server that a call speaks to; "" for none that is known."""
        top, _, _ = dotted.partition(".")
        last = dotted.rpartition(".")[2]
        if top in SQL_TOPS:
            speaks = last in SQL_ASKS and ("()" in dotted or ".session." in dotted)
            return self.clients.kind_opened_by(*SQL_TOPS) if speaks else ""
        if top in HTTP_TOPS:
            return "http" if last in HTTP_ASKS and not dotted.startswith("aiohttp.web") else ""
        if top in AWS_TOPS:
            return self.clients.kind_opened_by("boto3") if "()." in dotted else ""
        if dotted.startswith(_DJANGO_CACHE):
            return self.clients.kind_opened_by("django CACHES") if last not in SILENT else ""
        if dotted.startswith(_DJANGO_DATABASE):
            return self.clients.kind_opened_by("django DATABASES")
        return self._kind_of_library(top, dotted, last)

    def _kind_of_library(self, top: str, dotted: str, last: str) -> str:
        made, _, then = dotted.partition("()")
        for library in LIBRARIES:
            if library.top == top and library.kind and library.makes(made):
                speaks = then.startswith(".") and last not in SILENT
                connects = not then and made.endswith((".connect", ".create_pool"))
                return library.kind if speaks or connects else ""
        return ""
