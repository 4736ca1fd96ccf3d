"""What Python code talks to: a dependency for each server that it opens a client to."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.clients import Clients
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

# What imports a module by a name that settings give: such a module may open anything.
_LOADERS = (
    "importlib.import_module",
    "builtins.__import__",
    "django.utils.module_loading.import_string",
    "werkzeug.utils.import_string",
    "pyramid.path.DottedNameResolver().resolve",
    "pyramid.path.DottedNameResolver().maybe_resolve",
    "pyramid.config.Configurator().maybe_dotted",
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact a server and library, at the first place that opens it, with the variables that
    hold its address."""
    code = bundle.assembled(PythonCode)
    told: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for opened in Clients(code, bundle).opened:
        identity = (opened.kind, opened.name, opened.client, opened.variables)
        if identity in told:
            continue
        told.add(identity)
        value = {
            "kind": opened.kind,
            "name": opened.name,
            "client": opened.client,
            "configured_by": list(opened.variables),
            "extra": opened.extra or None,
        }
        place = (opened.scope, opened.line)
        yield python_fact(code, Claim.DEPENDENCY, value, *place, sure=opened.sure)
    for call, _ in code.calls_to(*_LOADERS):
        if not code.text(call.argument(0), call.scope).whole:
            why = "what is loaded here is named by settings"
            yield at_run_time(code, Claim.DEPENDENCY, why, call.scope, call.line)


READER = Reader("python-clients", read)
