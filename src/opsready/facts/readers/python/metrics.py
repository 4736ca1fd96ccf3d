"""The metrics that code defines with prometheus_client."""

import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call
from opsready.documents.python_values import Text
from opsready.facts.fact import Claim, Fact
from opsready.facts.library_options import bounds_of
from opsready.facts.metric import DEFAULT_BUCKETS, Metric, exposed_name
from opsready.facts.processes import Processes
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_CLASSES = ("Counter", "Gauge", "Histogram", "Summary", "Info", "Enum")
# What a collector of its own yields: prometheus_client.metrics_core.
_FAMILY = re.compile(r"^(Counter|Gauge|Histogram|Summary|Info|StateSet)MetricFamily$")
_FAMILIES = tuple(f"{kind}MetricFamily" for kind in (*_CLASSES[:5], "StateSet"))
# A family's labels may follow its name, help and value by position; which depends on the class.
_BEFORE_LABELS = 3
_DEFINED = re.compile(r"^prometheus_client\.(?:\w+\.)?(\w+)$")


def read(bundle: Bundle) -> Iterator[Fact]:
    """One fact a definition; a name that is built at run time is said to be so."""
    code = bundle.assembled(PythonCode)
    if "prometheus_client" not in code.imported:
        return
    sharing = Processes(code, bundle).sharing
    for call, kind in _definitions(code):
        name = _name(code, call)
        if not name.whole or not name.text:
            why = "the name is built when the service starts"
            yield at_run_time(code, Claim.METRIC, why, call.scope, call.line, name.text)
            continue
        metric = _metric(code, call, kind, name.text)
        told = metric.value(sharing)
        yield python_fact(code, Claim.METRIC, told, call.scope, call.line, sure=name.sure)


def _definitions(code: PythonCode) -> Iterator[tuple[Call, str]]:
    for call in code.calls(*_CLASSES, *_FAMILIES):
        found = _DEFINED.match(code.callee(call).dotted)
        word = found.group(1) if found else ""
        family = _FAMILY.match(word)
        kind = family.group(1) if family else word
        if family or word in _CLASSES:
            yield call, "enum" if kind == "StateSet" else kind.lower()


def _name(code: PythonCode, call: Call) -> Text:
    """Namespace, subsystem and name, joined as the library joins them."""
    is_family = call.tail.endswith("Family")
    above = [] if is_family else [(3, "namespace"), (4, "subsystem")]
    whole = Text("")
    for position, keyword in [*above, (0, "name")]:
        given = call.argument(position, keyword)
        told = code.text(given, call.scope) if given is not None else Text("")
        whole = whole + Text("_") + told if whole.text and told.text else whole + told
    return whole


def _metric(code: PythonCode, call: Call, kind: str, name: str) -> Metric:
    is_family = call.tail.endswith("Family")
    unit = code.constant(call.argument(None if is_family else 5, "unit"), call.scope)
    mode = code.constant(call.argument(None, "multiprocess_mode"), call.scope)
    return Metric(
        kind,
        exposed_name(kind, name, unit if isinstance(unit, str) else ""),
        _labels(code, call, kind, name),
        _buckets(code, call),
        mode if isinstance(mode, str) else "all",
    )


def _labels(code: PythonCode, call: Call, kind: str, name: str) -> tuple[str, ...] | None:
    """None where they are not known; those of an info come with each value that it is given."""
    is_family = call.tail.endswith("Family")
    given = call.argument(None, "labels") if is_family else call.argument(2, "labelnames")
    known = code.constant(given, call.scope) if given is not None else ()
    is_hidden = is_family and given is None and len(call.node.args) > _BEFORE_LABELS
    if not isinstance(known, tuple) or is_hidden or kind == "info":
        return None
    own = (name,) if kind == "enum" else ()
    return (*(str(label) for label in known), *own)


def _buckets(code: PythonCode, call: Call) -> tuple[float, ...] | None:
    given = call.argument(None, "buckets")
    if call.tail.endswith("Family"):
        return None
    if given is None:
        return DEFAULT_BUCKETS
    if code.dotted(given, call.scope) == "prometheus_client.Histogram.DEFAULT_BUCKETS":
        return DEFAULT_BUCKETS
    return bounds_of(code.constant(given, call.scope))


READER = Reader("python-metrics", read)
