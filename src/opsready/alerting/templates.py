"""The texts of labels and annotations: checked, and expanded for one alert."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from opsready.alerting.template.execute import ExecutionFailed, Record, execute
from opsready.alerting.template.functions import NAMES, Query, functions
from opsready.alerting.template.lex import Token, pieces
from opsready.alerting.template.nodes import CannotExecute, Refused, Template, TemplateError
from opsready.alerting.template.parse import parse_template
from opsready.promql.semantics import DEFAULT, Semantics

__all__ = ["CannotExecute", "Query", "Refused", "TemplateError"]
__all__ += ["check", "expand", "hangs_on_value", "queries_in"]

# What Prometheus puts before each text, so that short names work; its positions count from here.
_BEFORE = (
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}"
)
_DATA_TYPE = (
    "struct { Labels map[string]string; ExternalLabels map[string]string; "
    "ExternalURL string; Value float64 }"
)
_NO_LABELS: Mapping[str, str] = {}
_MOMENTARY = frozenset({"query", "now"})


def expand(
    text: str,
    labels: Mapping[str, str],
    value: float,
    external_labels: Mapping[str, str] = _NO_LABELS,
    external_url: str = "",
    query: Query | None = None,
    *,
    alert: str = "",
    at_ms: int = 0,
    has_server: bool = True,
    semantics: Semantics = DEFAULT,
) -> str:
    """The text as an alert has it; without a server (promtool) no function knows its URL.

    What cannot be executed stands in the text, as Prometheus writes it. Raises TemplateError for
    a text that is no template, and Refused for what is not supported.
    """
    if "{{" not in text:
        return text
    data = {
        "Labels": dict(labels),
        "ExternalLabels": dict(external_labels),
        "ExternalURL": external_url,
        "Value": value,
    }
    name = f"__alert_{alert}"
    try:
        available = functions(external_url if has_server else None, query, at_ms / 1000, semantics)
        return execute(_parsed(text), name, Record(data, _DATA_TYPE), available)
    except ExecutionFailed as error:
        return _failure(text, name, error)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Template:
    return parse_template(_BEFORE + text, NAMES)


def _failure(text: str, name: str, error: ExecutionFailed) -> str:
    before = (_BEFORE + text).encode()[: error.position].decode(errors="replace")
    line = before.count("\n") + 1
    start = before.rfind("\n") + 1
    column = len(before[start:].encode())
    return (
        f"<error expanding template: error executing template {name}: template: {name}:{line}:"
        f'{column}: executing "{error.template}" at <{error.context}>: {error.message}>'
    )


def check(text: str) -> None:
    """Raises TemplateError, of which Refused is one, for what no alert can have as its text."""
    if "{{" in text:
        _parsed(text)


def hangs_on_value(text: str) -> bool:
    """Whether a text may change while the labels of its series stay the same."""
    if "{{" not in text:
        return False
    changing = (
        token.text in ("$value", ".Value", ".", "$", *_MOMENTARY) for token in _tokens(text)
    )
    return any(changing)


def queries_in(text: str) -> Iterator[str]:
    """The expressions that a text asks for by `query`, as far as they are written out."""
    if "query" not in text or "{{" not in text:
        return
    before = ""
    for token in _tokens(text):
        if before == "query" and token.kind in ("string", "raw"):
            yield (
                token.text[1:-1].replace('\\"', '"') if token.kind == "string" else token.text[1:-1]
            )
        before = token.text if token.kind != "space" else before


def _tokens(text: str) -> Iterator[Token]:
    try:
        for piece in pieces(text):
            yield from piece.tokens or ()
    except TemplateError:
        return
