"""Makes the code of a tree from texts, and finds an expression in it."""

import ast

from opsready.documents.python_code import PythonCode
from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import Scope


def code_of(files: dict[str, str] | str) -> PythonCode:
    """Path to text, or the text of one `app.py`."""
    texts = {"app.py": files} if isinstance(files, str) else files
    return PythonCode.assemble(PythonModule.parse(path, text) for path, text in texts.items())


def asked(code: PythonCode, path: str = "app.py") -> tuple[ast.expr, Scope]:
    """The argument of the call of `ask(…)` in a file, and the scope in which it stands."""
    module = code.module(path)
    assert module is not None
    call = next(module.calls("ask"))
    return call.node.args[0], call.scope
