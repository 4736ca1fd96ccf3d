"""A call to another service that may wait for ever."""

import ast
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# These wait for ever unless told otherwise; httpx gives up after 5 s, aiohttp after 5 minutes.
_REQUESTS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_NEVER_END = {f"requests.{name}" for name in _REQUESTS} | {"urllib.request.urlopen"}
_URLOPEN_TIMEOUT = 2


def find(case: Case) -> Iterator[Finding]:
    """One finding a call of application code without a timeout."""
    code = case.pack.bundle.assembled(PythonCode)
    if not {"requests", "urllib"} & {name.partition(".")[0] for name in code.imported}:
        return
    for call in code.calls(*_REQUESTS, "urlopen"):
        dotted = code.callee(call).dotted
        if dotted not in _NEVER_END or _may_have_one(call.node):
            continue
        position = _URLOPEN_TIMEOUT if call.tail == "urlopen" else None
        given = call.argument(position, "timeout")
        if given is None or (isinstance(given, ast.Constant) and given.value is None):
            path = call.scope.path
            if not serves_users(path):
                continue
            yield Finding(
                path,
                call.line,
                f"`{dotted}` has no timeout: while the other side neither answers nor hangs up, "
                "this thread waits, and so does whoever asked",
                "Give it one, in seconds, shorter than your own callers': `timeout=5`.",
            )


def _may_have_one(call: ast.Call) -> bool:
    """Whether keywords are passed on, among which a timeout may be."""
    return any(keyword.arg is None for keyword in call.keywords)


CHECK = Check(
    id="outbound-call-without-timeout",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a call to another service that may wait for ever",
    find=find,
)
