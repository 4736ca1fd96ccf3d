"""The clients that Python code opens: what server each speaks to, and what configures it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.django_project import DjangoProject
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_values import GAP
from opsready.facts.client_libraries import (
    AWS_KINDS,
    AWS_MAKERS,
    AWS_TOPS,
    DJANGO_SETTINGS,
    HTTP_ASKS,
    HTTP_TOPS,
    LIBRARIES,
    SCHEMES,
    SQL_DRIVERS,
    SQL_TOPS,
    Library,
)
from opsready.facts.extras import extras
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle

_PACKAGE = re.compile(r"(?:^|[\"'\s,\[])([A-Za-z][\w.-]*)(?=\s*(?:[\[=<>~!;\"',\s]|$))", re.M)
_SCHEME = re.compile(r"^([a-z][a-z0-9]*)(?:\+[\w]+)?(?:://|$)")
# What a variable is called that says where a server is, and what is beside it in settings.
_ADDRESS = re.compile(
    r"(^|_)(UR[LI]S?|DSN|HOST(S|NAME|NAMES)?|PORT|ENDPOINTS?|ADDR(ESS)?(ES)?|SERVERS?|BROKERS?|BASE"
    r"|DATABASE|DB|NODES?|SOCKET|BOOTSTRAP|DOMAIN|SERVICE|API|REDIS|POSTGRES\w*|MONGO\w*|SENTINELS?"
    r"|PG\w*|MYSQL|AMQP|RABBITMQ|KAFKA|MEMCACHED|CACHE|CONNECTION|NAMESPACE)(_|\d|$)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"PASS|SECRET|TOKEN|KEY|CRED|USER|TIMEOUT|POOL|DEBUG|ECHO|MAX|MIN_|SIZE|OVERFLOW|LIMIT|LEVEL"
    r"|VERSION|VERIFY|CERT|BUNDLE|REGION|RETR",
    re.IGNORECASE,
)
_OF_AN_ADDRESS = re.compile(
    r"(_API)?(_(BASE|ROOT))?_?(URL|URI|HOST|HOSTNAME|ENDPOINT|ADDRESS|SERVER|BASE|API)$", re.I
)
_HERE = {"localhost", "127.0.0.1", "0.0.0.0", "::1", "testserver"}  # noqa: S104


Address = tuple[ast.expr, Scope]


class Opened(NamedTuple):
    """A client that the code opens. `kind` is "sql" where no line tells which server it is;
    `sure` is false where the kind follows from a default or a driver, not from the call; `extra`
    names the optional part of the project that brings the library, where it is one."""

    kind: str
    name: str
    client: str
    variables: tuple[str, ...]
    scope: Scope
    line: int
    sure: bool
    extra: str = ""


@dataclass(frozen=True, eq=False)
class Clients:
    """Finds clients in the application of one tree; the bundle tells which drivers it installs."""

    code: PythonCode
    bundle: Bundle

    @cached_property
    def opened(self) -> list[Opened]:
        """Every client that the application opens, in the order of path and line."""
        found = [*self._by_library(), *self._by_cloud(), *self._by_request()]
        found += [*self._by_flask(), *self._by_django()]
        told = [self._with_extra(opened) for opened in found]
        return sorted(told, key=lambda opened: (opened.scope.path, opened.line))

    def _with_extra(self, opened: Opened) -> Opened:
        drivers = {name for name, kind in SQL_DRIVERS.items() if kind == opened.kind}
        packages = {opened.client, *(drivers if opened.client in SQL_TOPS else ())}
        brought = sorted({self._extras[name] for name in packages if name in self._extras})
        return opened._replace(extra=brought[0], sure=False) if brought else opened

    @cached_property
    def _extras(self) -> dict[str, str]:
        return extras(self.bundle)

    @cached_property
    def project(self) -> DjangoProject:
        """The Django settings of the tree; without any in most trees."""
        return DjangoProject(self.code)

    def kind_opened_by(self, *clients: str) -> str:
        """The one kind of server that these clients speak to; "sql" where SQL servers differ, ""
        where others do."""
        kinds = {opened.kind for opened in self.opened if opened.client in clients}
        if len(kinds) == 1:
            return next(iter(kinds))
        return "sql" if kinds and set(clients) <= SQL_TOPS | {"django DATABASES"} else ""

    def _by_library(self) -> Iterator[Opened]:
        for library in LIBRARIES:
            if library.top not in self.code.imported:
                continue
            for call in self.code.calls(*(maker.rpartition(".")[2] for maker in library.makers)):
                if library.makes(self.code.callee(call).dotted):
                    yield from self._opened(library, call)

    def _opened(self, library: Library, call: Call) -> Iterator[Opened]:
        address = self._address(library, call)
        variables = self._variables(address, call)
        addresses = [(expr, call.scope) for expr in address]
        is_sql = library.top in SQL_TOPS
        told = (library.kind, True) if library.kind else self._kind_of(addresses, is_sql=is_sql)
        name = told[0]
        if name == "http":
            name = self._peer(address[0] if address else None, variables, call.scope)
        if told[0] and name:
            yield Opened(told[0], name, library.client, variables, call.scope, call.line, told[1])

    def _address(self, library: Library, call: Call) -> list[ast.expr]:
        by_keyword = [call.argument(None, keyword) for keyword in library.address]
        by_position = None if library.top == "celery" else call.argument(0)
        return [given for given in (*by_keyword, by_position) if given is not None]

    def _variables(self, address: list[ast.expr], call: Call) -> tuple[str, ...]:
        """Those behind the address; where that shows none, those behind the other arguments."""
        named = self._behind((expr, call.scope) for expr in address)
        return named or self._behind([(call.node, call.scope)])

    def _behind(self, addresses: Iterable[Address]) -> tuple[str, ...]:
        found = (n for expr, scope in addresses for n in self.code.variables_behind(expr, scope))
        return tuple(dict.fromkeys(name for name in found if _is_address(name)))

    def _kind_of(self, addresses: list[Address], *, is_sql: bool) -> tuple[str, bool]:
        """What the scheme of a URL says: written, or in the default of its variable. A server
        database whose URL says nothing is told by the driver that is installed for it."""
        told = [self.code.text(expr, scope) for expr, scope in addresses]
        for text in told:
            if kind := _kind_of_url(text.text):
                return kind, text.sure
        for expr, scope in addresses:
            if hint := self._kind_of_hint(expr, scope):
                return hint, False
        is_a_file = any(text.text.startswith("sqlite") and text.sure for text in told)
        return self._kind_by_driver() if is_sql and not is_a_file else ("", True)

    def _kind_of_hint(self, expr: ast.expr, scope: Scope) -> str:
        """`URL.create("postgresql+asyncpg", …)`, a variable's default, a variable's own name."""
        made = self.code.resolve(expr, scope)
        if made.made_by is not None and made.scope is not None:
            first = Call(made.made_by, made.scope).argument(0, "drivername", "scheme")
            if kind := _kind_of_url(self.code.text(first, made.scope).text):
                return kind
        behind = self.code.variables_behind(expr, scope)
        read = [variable for variable in self.code.variables if variable.name.text in behind]
        defaults = [_kind_of_url(variable.default.text) for variable in read if variable.default]
        return next((kind for kind in (*defaults, *map(_kind_of_words, behind)) if kind), "")

    def _kind_by_driver(self) -> tuple[str, bool]:
        kinds = {SQL_DRIVERS[name] for name in self._installed if name in SQL_DRIVERS}
        return (next(iter(kinds)), False) if len(kinds) == 1 else ("sql", False)

    @cached_property
    def _installed(self) -> set[str]:
        """The packages that manifests and imports name."""
        manifests = self.bundle.of_kind(Kind.REQUIREMENTS, Kind.PYPROJECT)
        setups = [self.bundle.source(path) for path in ("setup.py", "setup.cfg")]
        texts = [source.text for source in (*manifests, *setups) if source is not None]
        named = {name.lower() for text in texts for name in _PACKAGE.findall(text)}
        return named | self.code.imported

    def _by_flask(self) -> Iterator[Opened]:
        """Flask-SQLAlchemy reads its URL from the application's configuration."""
        if "flask_sqlalchemy" not in self.code.imported:
            return
        key = "SQLALCHEMY_DATABASE_URI"
        scopes = [scope for module in self.code.application for scope in module.scopes]
        bound = [(b.value, s) for s in scopes for b in s.names.get(key, ()) if b.value is not None]
        stored = [(s.value, s.scope) for m in self.code.application for s in m.stores.get(key, ())]
        addresses: list[Address] = [*bound, *stored]
        kind, sure = self._kind_of(addresses, is_sql=True)
        for call in self.code.calls("SQLAlchemy"):
            variables = self._behind(addresses)
            if self.code.callee(call).dotted == "flask_sqlalchemy.SQLAlchemy" and kind:
                yield Opened(kind, kind, "flask_sqlalchemy", variables, call.scope, call.line, sure)

    def _by_django(self) -> Iterator[Opened]:
        """Django opens what its settings name."""
        for setting, key, kinds in DJANGO_SETTINGS:
            for _, value, scope in self.project.entries(setting):
                kind, sure = self._kind_of_entry(value, scope, key, kinds)
                variables = self._behind([(value, scope)])
                if kind:
                    client = f"django {setting}"
                    yield Opened(kind, kind, client, variables, scope, value.lineno, sure)
        for setting, client in (("CELERY_BROKER_URL", "celery"), ("BROKER_URL", "celery")):
            for value, scope in self.project.settings(setting):
                kind, sure = self._kind_of([(value, scope)], is_sql=False)
                variables = self._behind([(value, scope)])
                if kind:
                    yield Opened(kind, kind, client, variables, scope, value.lineno, sure)

    def _kind_of_entry(
        self, value: ast.expr, scope: Scope, key: str, kinds: Mapping[str, str]
    ) -> tuple[str, bool]:
        if not isinstance(value, ast.Dict):
            return self._kind_of([(value, scope)], is_sql=key == "ENGINE")
        pairs = zip(value.keys, value.values, strict=True)
        named = {self.code.constant(k, scope): v for k, v in pairs if k is not None}
        engine = self.code.text(named.get(key), scope)
        found = next((kind for word, kind in kinds.items() if word in engine.text.lower()), "")
        return found, engine.sure

    def _by_cloud(self) -> Iterator[Opened]:
        """`boto3.client("s3")`: the service is an argument."""
        if not AWS_TOPS & self.code.imported:
            return
        for call in self.code.calls(*AWS_MAKERS):
            if self.code.callee(call).dotted.partition(".")[0] in AWS_TOPS:
                kind = self.code.constant(call.argument(0, "service_name"), call.scope)
                if kind in AWS_KINDS:
                    endpoint = call.argument(None, "endpoint_url")
                    variables = self.code.variables_behind(endpoint, call.scope)
                    yield Opened(kind, kind, "boto3", variables, call.scope, call.line, True)

    def _by_request(self) -> Iterator[Opened]:
        """`requests.get(f"{PAYMENTS_URL}/pay")`: each request names its server."""
        if not HTTP_TOPS & self.code.imported:
            return
        for call in self.code.calls(*HTTP_ASKS):
            dotted = self.code.callee(call).dotted
            top, _, _ = dotted.partition(".")
            if top not in HTTP_TOPS or dotted.startswith(("aiohttp.web", "urllib.parse")):
                continue
            by_name = call.tail in {"request", "stream"} and len(call.node.args) > 1
            url = call.argument(1 if by_name else 0, "url")
            leading = self.code.variables_leading(url, call.scope)
            variables = tuple(v for v in leading if _is_address(v) and _OF_AN_ADDRESS.search(v))
            name = self._peer(url, variables, call.scope)
            if name:
                yield Opened("http", name, top, variables, call.scope, call.line, True)

    def _peer(self, url: ast.expr | None, variables: tuple[str, ...], scope: Scope) -> str:
        """The other service's name: after the variable that holds its address, or its host."""
        if variables:
            return _OF_AN_ADDRESS.sub("", variables[0]).strip("_").lower().replace("_", "-")
        told = self.code.text(url, scope).text
        host = (
            told.split("://")[-1].split("/")[0] if told.startswith(("http://", "https://")) else ""
        )
        host = host.rpartition("@")[2].partition(":")[0]
        return "" if GAP in host or host in _HERE else host


def _is_address(variable: str) -> bool:
    return bool(_ADDRESS.search(variable)) and not _BESIDE.search(variable)


def _kind_of_url(text: str) -> str:
    found = _SCHEME.match(text)
    return SCHEMES.get(found.group(1), "") if found else ""


def _kind_of_words(name: str) -> str:
    words = {"POSTGRES": "postgresql", "PG": "postgresql", "MYSQL": "mysql", "REDIS": "redis"}
    words |= {"RABBIT": "rabbitmq", "AMQP": "rabbitmq", "MARIADB": "mysql"}
    parts = name.upper().split("_")
    return next((k for w, k in words.items() if any(p.startswith(w) for p in parts)), "")
