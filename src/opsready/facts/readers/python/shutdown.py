"""What Python code does when it is told to stop."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.facts.fact import Claim, Fact
from opsready.facts.gunicorn import Gunicorn
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_text
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Signal handlers, hooks of frameworks, and how long servers wait."""
    code = bundle.assembled(PythonCode)
    for setting in Gunicorn(code, bundle).setting("graceful_timeout"):
        told = usual_text(code, setting.value, setting.scope)
        if told.whole:
            value = {"by": "gunicorn", "timeout_s": float(told.text), "releases": []}
            place = setting.scope, setting.line
            yield python_fact(code, Claim.GRACEFUL_SHUTDOWN, value, *place, sure=told.sure)


READER = Reader("python-shutdown", read)
