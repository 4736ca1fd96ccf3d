"""Whether logs are written as JSON, and which field ties the lines of one request together."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Renderers and formatters that write JSON."""
    code = bundle.assembled(PythonCode)
    for call, _ in code.calls_to("structlog.processors.JSONRenderer"):
        value = {"format": "json", "by": "structlog", "correlation": None}
        yield python_fact(code, Claim.STRUCTURED_LOGS, value, call.scope, call.line)


READER = Reader("python-logs", read)
