"""A retry that never gives up."""

from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_END = {
    "tenacity": "Say when to stop: `stop=stop_after_attempt(3)`, with `wait_random_exponential`.",
    "backoff": "Say when to stop: `max_tries=3`, or `max_time` in seconds.",
}


def find(case: Case) -> Iterator[Finding]:
    """One finding a decorator of tenacity or backoff that names no end."""
    code = case.pack.bundle.assembled(PythonCode)
    if not {"tenacity", "backoff"} & code.imported:
        return
    for call in code.calls("retry", "on_exception", "on_predicate"):
        dotted, path = code.callee(call).dotted, call.scope.path
        if any(keyword.arg is None for keyword in call.node.keywords) or not serves_users(path):
            continue
        names = {keyword.arg for keyword in call.node.keywords}
        forever = (dotted in {"tenacity.retry"} and "stop" not in names and not call.node.args) or (
            dotted in {"backoff.on_exception", "backoff.on_predicate"}
            and not {"max_tries", "max_time", "giveup"} & names
        )
        if forever:
            yield Finding(
                path,
                call.line,
                f"`{dotted}` without an end tries again for ever: while the other side is down, "
                "every request stays, and more come",
                _END[dotted.partition(".")[0]],
            )


CHECK = Check(
    id="retry-unbounded",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a retry that never gives up",
    find=find,
)
