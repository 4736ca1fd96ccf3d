"""django-health-check: health routes, with what the configured checks cover.

Read on 4.11.1, where a view lists its checks, and on 3.x, where installed applications are checks.
"""

import ast
from collections.abc import Iterator

from opsready.documents.django_project import DjangoProject
from opsready.documents.django_urls import DjangoUrls, View
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text
from opsready.facts.clients import Clients
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

# health_check.views.HealthCheckView.checks: what a view checks that lists nothing.
_DEFAULT = ("Cache", "Database", "DNS", "Mail", "Storage")
_DATABASE, _CACHE = "django DATABASES", "django CACHES"
# A check by the last word of its name, or of the application that brings it: the setting whose
# server it asks, or the kind of server. Disks, memory and names of hosts are none.
_COVERS = {
    "database": _DATABASE,
    "db": _DATABASE,
    "migrations": _DATABASE,
    "cache": _CACHE,
    "redis": "redis",
    "rabbitmq": "rabbitmq",
    "kafka": "kafka",
    "mail": "smtp",
    "s3boto3_storage": "s3",
}


def read(bundle: Bundle) -> Iterator[Fact]:
    """One health route for each place where the package's views are served."""
    code = bundle.assembled(PythonCode)
    if "django" not in code.imported:
        return
    project, clients = DjangoProject(code), Clients(code, bundle)
    urls = DjangoUrls.of(project)
    for view in urls.views:
        checks = _checks_of(code, view)
        if checks is not None:
            yield _fact(code, clients, checks, view.path, view.scope, view.line)
    installed = [name for name in project.names_in("INSTALLED_APPS") if "health_check." in name]
    for included in urls.included:
        if code.constant(included.included, included.scope) == "health_check.urls":
            yield _fact(code, clients, installed, included.path, included.scope, included.line)


def _checks_of(code: PythonCode, view: View) -> list[str] | None:
    """The names of a view's checks; None where the view is not the package's."""
    made = view.view
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute):
        return None
    owner = code.resolve(made.func.value, view.scope)
    lineage = [owner.dotted]
    if owner.defined is not None and owner.defined.is_class:
        lineage += code.names.ancestors(owner.defined)
    if not any(name.endswith(".HealthCheckView") for name in lineage):
        return None
    given = Call(made, view.scope).argument(None, "checks")
    bound = owner.defined.names.get("checks", []) if owner.defined is not None else []
    scope = view.scope if given is not None or owner.defined is None else owner.defined
    listed = given if given is not None else bound[0].value if bound else None
    return list(_DEFAULT) if listed is None else _named(code, listed, scope)


def _named(code: PythonCode, listed: ast.expr, scope: Scope) -> list[str]:
    """A check is named by a string or a class, alone or first in a pair with its options."""
    elements = listed.elts if isinstance(listed, ast.List | ast.Tuple) else []
    firsts = [e.elts[0] if isinstance(e, ast.Tuple) and e.elts else e for e in elements]
    told = [code.constant(first, scope) for first in firsts]
    return [
        name if isinstance(name, str) else word_of(first)
        for first, name in zip(firsts, told, strict=True)
    ]


def _fact(
    code: PythonCode, clients: Clients, checks: list[str], path: Text, scope: Scope, line: int
) -> Fact:
    if not path.whole:
        why = "the path is built when the service starts"
        return at_run_time(code, Claim.HEALTH_ROUTE, why, scope, line, path.text)
    asked = {_COVERS.get(check.rpartition(".")[2].lower(), "") for check in checks}
    kinds = {clients.kind_opened_by(a) if a in {_DATABASE, _CACHE} else a for a in asked}
    value = {"path": "/" + path.text.lstrip("/"), "covers": sorted(kinds - {""})}
    return python_fact(code, Claim.HEALTH_ROUTE, value, scope, line, sure=path.sure)


READER = Reader("python-django-health-check", read)
