"""A newest migration on which the version before cannot run."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import Call
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_ALEMBIC = {"drop_column": "drops a column", "drop_table": "drops a table"}
_ALEMBIC |= {"rename_table": "renames a table"}
_DJANGO = {"RemoveField": "drops a column", "DeleteModel": "drops a table"}
_DJANGO |= {"RenameField": "renames a column", "RenameModel": "renames a table"}
_STEP = re.compile(r"(^|/)(?P<number>\d{4})_\w+\.py$")


def find(case: Case) -> Iterator[Finding]:
    """One finding a migration that the next deploy runs, where the tree deploys at all: what lies
    before it was run long ago."""
    if not case.automation.paths:
        return
    for fact in case.facts.of(Claim.MIGRATIONS):
        folder = fact["path"]
        if not isinstance(folder, str):
            continue
        if fact["tool"] in {"alembic", "flask-migrate"}:
            for module in _heads(case, folder):
                yield from _found(module, list(_contracting(module)))
        elif fact["tool"] == "django":
            for module in _last_steps(case):
                calls = [(call, _DJANGO[call.tail]) for call in module.calls(*_DJANGO)]
                yield from _found(module, calls)


def _found(module: PythonModule, calls: list[tuple[Call, str]]) -> Iterator[Finding]:
    if not calls:
        return
    call, what = calls[0]
    more = f", and {len(calls) - 1} more of the kind" if len(calls) > 1 else ""
    yield Finding(
        module.path,
        call.line,
        f"the newest migration {what}{more}: the version before cannot run on what it leaves, so"
        " neither a rollback nor the old copies during the deploy have a schema",
        "Expand first: add what is new, write to both, deploy. Contract in a later release, when no"
        " version that may come back needs the old; say so in an allowance then.",
    )


def _heads(case: Case, folder: str) -> list[PythonModule]:
    """The steps that no other is built on."""
    steps = [
        module
        for module in case.pack.documents(PythonModule)
        if module.path.startswith(f"{folder}/") and "revision" in module.scope.names
    ]
    below = {name for module in steps for name in _texts(module, "down_revision")}
    return [module for module in steps if not below & _texts(module, "revision")]


def _texts(module: PythonModule, name: str) -> set[str]:
    values = [b.value for b in module.scope.names.get(name, ()) if b.value is not None]
    nodes = (node for value in values for node in ast.walk(value))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _last_steps(case: Case) -> list[PythonModule]:
    """The last step of each application; the first of all only makes tables."""
    last: dict[str, PythonModule] = {}
    for module in case.pack.documents(PythonModule):
        step = _STEP.search(module.path)
        if step is not None and "/migrations/" in f"/{module.path}" and step["number"] != "0001":
            folder = PurePosixPath(module.path).parent.as_posix()
            if folder not in last or last[folder].path < module.path:
                last[folder] = module
    return list(last.values())


def _contracting(module: PythonModule) -> Iterator[tuple[Call, str]]:
    forward = [scope for scope in module.functions() if scope.name == "upgrade"]
    for call in (call for scope in forward for call in scope.all_calls()):
        nullable = _constant(call.argument(None, "nullable"))
        renamed = call.argument(None, "new_column_name") is not None
        if call.tail in _ALEMBIC and _was_there(module, call):
            yield call, _ALEMBIC[call.tail]
        elif call.tail == "alter_column" and renamed:
            yield call, "renames a column"
        elif call.tail == "add_column" and _must_be_given(call):
            yield call, "adds a column that must be given and has no default of the server"
        elif call.tail == "alter_column" and nullable is False:
            yield call, "makes a column one that must be given"


def _was_there(module: PythonModule, call: Call) -> bool:
    """Whether it drops what was there before, and not what the same step makes for itself."""
    name = _constant(call.argument(0))
    made = {_constant(c.argument(0)) for c in module.calls("create_table") if c.line <= call.line}
    return name not in made


def _must_be_given(call: Call) -> bool:
    for node in ast.walk(call.node):
        if isinstance(node, ast.Call) and node is not call.node:
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if "nullable" in given and _constant(given["nullable"]) is False:
                return "server_default" not in given
    return False


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


CHECK = Check(
    id="destructive-migration",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a migration on which the version before cannot run",
    find=find,
)
