"""A secret that the code makes up where nobody sets one."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import Call
from opsready.documents.secret import names_secret, repeats_name
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_READS = ("get", "getenv", "env", "config", "str", "setdefault")
_ENVIRON = re.compile(r"(^|\.)(environ|getenv|env|config|decouple)(\.|$)")
# What clients that want no secret are given in its place, and what is no text at all.
_NONE = re.compile(r".{0,3}|dummy|fake|none|null|false|true|not[-_ ]?(needed|used|set)", re.I)
_MAY_READ = re.compile(r"environ|getenv|decouple|environs")


def find(case: Case) -> Iterator[Finding]:
    """Reads of the environment, with a default, of variables whose name promises a secret."""
    for module in case.pack.documents(PythonModule):
        if serves_users(module.path) and _MAY_READ.search(module.text):
            for call in module.calls(*_READS):
                yield from _read(module, call)


def _read(module: PythonModule, call: Call) -> Iterator[Finding]:
    name, default = _text(call.argument(0)), call.argument(1, "default")
    value = _text(default)
    is_none = _NONE.fullmatch(value) or repeats_name(name, value)
    if not names_secret(name) or is_none or not _ENVIRON.search(ast.unparse(call.node.func)):
        return
    yield Finding(
        module.path,
        call.line,
        f"where `{name}` is not set, the code goes on with a secret that everybody can read here"
        f" ({len(value)} characters)",
        f"Refuse to start without `{name}`; give tests and developers theirs in their own"
        " environment.",
        anchor=name,
    )


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


CHECK = Check(
    id="secret-default-in-code",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a secret that the code makes up",
    find=find,
)
