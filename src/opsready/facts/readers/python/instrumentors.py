"""The metrics that libraries emit for a service, once its code has turned them on."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_number
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Metrics, and the pages that show them, of each library that is turned on."""
    code = bundle.assembled(PythonCode)
    for call, _ in code.calls_to("prometheus_client.start_http_server"):
        port, sure = usual_number(code, call.argument(0, "port"), call.scope)
        told = {"path": "/metrics", "port": port}
        yield python_fact(code, Claim.METRICS_ROUTE, told, call.scope, call.line, sure=sure)


READER = Reader("python-instrumentors", read)
