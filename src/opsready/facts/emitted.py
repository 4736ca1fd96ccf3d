"""Makes facts of the metrics that a library emits for a service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.python_values import Text
from opsready.facts.fact import Claim, Fact
from opsready.facts.metric import Metric, Sharing
from opsready.facts.python_fact import at_run_time, python_fact

_WHY = "the library is given a name that is built when the service starts"


@dataclass(frozen=True)
class Emitted:
    """`sharing` says what several workers do to the numbers."""

    code: PythonCode
    sharing: Sharing

    def facts(
        self, metrics: Iterable[Metric], prefix: Text, scope: Scope, line: int
    ) -> Iterator[Fact]:
        """One fact a metric, its name after the prefix. They follow from the library that a line
        turns on, so none is stated."""
        for metric in metrics:
            name = prefix.text + metric.name
            if not prefix.whole:
                yield at_run_time(self.code, Claim.METRIC, _WHY, scope, line, name)
                continue
            told = replace(metric, name=name).value(self.sharing)
            yield python_fact(self.code, Claim.METRIC, told, scope, line, sure=False)
