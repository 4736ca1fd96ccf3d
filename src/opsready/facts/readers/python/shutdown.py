"""What Python code does when it is told to stop: what it closes, and how long it waits."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, How, Scope
from opsready.documents.python_types import word_of
from opsready.facts.fact import Claim, Fact
from opsready.facts.gunicorn import Gunicorn
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_text
from opsready.sources.source import Bundle

# Calls that give something back, by the last word of their names.
_RELEASES = re.compile(
    r"^(a?close\w*|dispose|disconnect|shut_?down|stop|terminate|drain|flush|wait_closed|cleanup"
    r"|aclose|join|release\w*|deregister\w*|unsubscribe|cancel)$"
)
_APPLICATIONS = re.compile(r"\b(FastAPI|Starlette|Litestar|APIRouter|Router|Quart)$")
_TIMEOUTS = {
    "uvicorn.run": ("timeout_graceful_shutdown",),
    "uvicorn.Config": ("timeout_graceful_shutdown",),
    "aiohttp.web.run_app": ("shutdown_timeout",),
    "aiohttp.web.AppRunner": ("shutdown_timeout",),
}
_HOOKS = ("on_shutdown", "on_cleanup", "cleanup_ctx")


def read(bundle: Bundle) -> Iterator[Fact]:
    """Signal handlers, hooks of frameworks, and the waits of servers."""
    code = bundle.assembled(PythonCode)
    stops = _Stops(code)
    yield from stops.signals()
    yield from stops.lifespans()
    yield from stops.hooks()
    for setting in Gunicorn(code, bundle).setting("graceful_timeout"):
        yield from stops.waits("gunicorn", setting.value, setting.scope, setting.line)
    for call, meaning in code.calls_to(*_TIMEOUTS):
        for keyword in _TIMEOUTS[meaning.dotted]:
            by = meaning.dotted.partition(".")[0]
            given = call.argument(None, keyword)
            yield from stops.waits(by, given, call.scope, call.line)


@dataclass(frozen=True)
class _Stops:
    code: PythonCode

    def waits(self, by: str, given: ast.expr | None, scope: Scope, line: int) -> Iterator[Fact]:
        """A server that lets requests end, for a time that is known."""
        told = usual_text(self.code, given, scope)
        if re.fullmatch(r"\d+(\.\d+)?", told.text):
            value = {"by": by, "timeout_s": float(told.text), "releases": []}
            yield python_fact(
                self.code, Claim.GRACEFUL_SHUTDOWN, value, scope, line, sure=told.sure
            )

    def signals(self) -> Iterator[Fact]:
        """`signal.signal(SIGTERM, f)` and `loop.add_signal_handler(SIGTERM, f)`: one that only
        ignores the signal or restores its default is none."""
        for call in self.code.calls("signal", "add_signal_handler"):
            is_plain = call.tail == "signal" and self.code.callee(call).dotted != "signal.signal"
            handler = call.argument(1, "handler", "callback")
            if is_plain or handler is None or not self._is_termination(call):
                continue
            if self.code.dotted(handler, call.scope).startswith(("signal.SIG_", "signal.Handlers")):
                continue
            function = self.code.resolve(handler, call.scope).function
            yield self._fact("signal", self._released(function), call.scope, call.line)

    def _is_termination(self, call: Call) -> bool:
        """SIGTERM, itself or as one of those over which a loop goes."""
        given = call.argument(0, "signalnum", "sig")
        named = self.code.each(given, call.scope) if given is not None else []
        return any(self.code.dotted(expr, scope) == "signal.SIGTERM" for expr, scope in named)

    def lifespans(self) -> Iterator[Fact]:
        """What a lifespan does after its `yield`."""
        for call in self.code.calls("FastAPI", "Starlette", "Litestar"):
            given = call.argument(None, "lifespan")
            listed = given.elts if isinstance(given, ast.List) else [given]
            for each in listed:
                function = self.code.resolve(each, call.scope).function
                if function is not None:
                    yield from self._after_yield("lifespan", function)

    def _after_yield(self, by: str, function: Scope) -> Iterator[Fact]:
        """Where nothing is given back after it, nothing is said."""
        lines = [n.lineno for n in ast.walk(function.node) if isinstance(n, ast.Yield)]
        after = [c for c in function.all_calls() if lines and c.line > max(lines)]
        released = self._names(after) + (_entered(function) if lines else [])
        if released:
            yield self._fact(by, released, function, max(lines))

    def hooks(self) -> Iterator[Fact]:
        """`@app.on_event("shutdown")`, `app.on_shutdown.append(f)`, `on_shutdown=[f]`,
        `atexit` is left out: a killed worker never runs it."""
        for call in self.code.calls("on_event", "add_event_handler"):
            if self.code.constant(call.argument(0, "event_type"), call.scope) == "shutdown":
                decorated = [s for s in call.scope.inner if call.node in s.decorators]
                given = self.code.resolve(call.argument(1, "func"), call.scope).function
                function = decorated[0] if decorated else given
                yield self._fact("on_event", self._released(function), call.scope, call.line)
        for call in self.code.calls("append"):
            holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
            hook = holder.attr if isinstance(holder, ast.Attribute) else ""
            function = self.code.resolve(call.argument(0), call.scope).function
            if hook == "cleanup_ctx" and function is not None:
                yield from self._after_yield(hook, function)
            elif hook in _HOOKS:
                yield self._fact(hook, self._released(function), call.scope, call.line)
        yield from self._listed_hooks()

    def _listed_hooks(self) -> Iterator[Fact]:
        for call in self.code.calls("FastAPI", "Starlette", "Litestar"):
            listed = call.argument(None, "on_shutdown")
            if isinstance(listed, ast.List | ast.Tuple) and listed.elts:
                functions = [self.code.resolve(each, call.scope).function for each in listed.elts]
                released = [name for f in functions for name in self._released(f)]
                yield self._fact("on_shutdown", released, call.scope, listed.lineno)

    def _released(self, function: Scope | None) -> list[str]:
        return self._names(list(function.all_calls())) if function is not None else []

    def _names(self, calls: list[Call]) -> list[str]:
        """What is given back, as the code calls it: `redis` of `await app.state.redis.aclose()`,
        `close_pools` of a function of that name that does so itself."""
        names = [_holder(call) for call in calls if self._gives_back(call)]
        return list(dict.fromkeys(name for name in names if name))

    def _gives_back(self, call: Call) -> bool:
        function = self.code.callee(call).function
        reached = self.code.reached(function) if function is not None else ()
        return bool(_RELEASES.match(call.tail)) or any(_RELEASES.match(c.tail) for c, _ in reached)

    def _fact(self, by: str, released: list[str], scope: Scope, line: int) -> Fact:
        value = {"by": by, "timeout_s": None, "releases": list(dict.fromkeys(released))}
        return python_fact(self.code, Claim.GRACEFUL_SHUTDOWN, value, scope, line)


def _holder(call: Call) -> str:
    function = call.node.func
    if isinstance(function, ast.Attribute):
        return word_of(function.value).strip("_")
    return function.id if isinstance(function, ast.Name) else ""


def _entered(function: Scope) -> list[str]:
    """What `async with … as name` around the `yield` closes by itself."""
    found = ((n, b) for n, bindings in function.names.items() for b in bindings)
    return [name for name, binding in found if binding.how is How.ENTERED]


READER = Reader("python-shutdown", read)
