"""What Python code talks to: a dependency for each server that it opens a client to."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.clients import Clients
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


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


READER = Reader("python-clients", read)
