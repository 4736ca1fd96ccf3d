"""Strings in Python code under the names that the code gives them."""

import ast
from collections.abc import Iterator

from opsready.documents.python_module import PythonModule
from opsready.documents.variable import Variable

# Keywords under which code shows what a value may look like.
_SHOWN = {"example", "examples", "description", "help", "json_schema_extra", "help_text"}


def named_literals(module: PythonModule) -> Iterator[Variable]:
    """Every string that is assigned to a name, given as a keyword, or stored under a key.

    The last two have the owner `call` and `key`. Defaults of parameters are no values of their own
    and are left out, and so are examples.
    """
    pending: list[ast.AST] = [module.tree]
    while pending:
        node = pending.pop()
        if not (isinstance(node, ast.keyword) and node.arg in _SHOWN):
            yield from _of_node(node)
            pending.extend(ast.iter_child_nodes(node))


def _of_node(node: ast.AST) -> Iterator[Variable]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _named(_name(target), node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _named(_name(node.target), node.value)
    elif isinstance(node, ast.keyword) and node.arg is not None:
        yield from _named(node.arg, node.value, "call")
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield from _named(_constant(key), value, "key")


def _named(name: str, value: ast.expr, owner: str = "") -> Iterator[Variable]:
    text = _constant(value)
    if name and text:
        yield Variable(name, text, value.lineno, owner=owner)


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    return _constant(target.slice) if isinstance(target, ast.Subscript) else ""


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
