"""What a value usually is: a constant, or the default that settings and environment may replace."""

import ast

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text

_STEPS_AT_MOST = 12
_CONVERSIONS = {"int", "str", "float"}


def usual_text(code: PythonCode, expr: ast.expr | None, scope: Scope, steps: int = 0) -> Text:
    """The text of a value, with gaps; not sure where it is a default."""
    if expr is None or steps > _STEPS_AT_MOST:
        return Text()
    if isinstance(expr, ast.JoinedStr):
        whole = Text("")
        for part in expr.values:
            whole += usual_text(code, part, scope, steps + 1)
        return whole
    if isinstance(expr, ast.FormattedValue):
        return usual_text(code, expr.value, scope, steps + 1)
    if isinstance(expr, ast.Call) and len(expr.args) == 1 and word_of(expr) in _CONVERSIONS:
        return usual_text(code, expr.args[0], scope, steps + 1)
    told = code.text(expr, scope)
    return told if told.whole else _behind(code, expr, scope, steps)


def usual_number(code: PythonCode, expr: ast.expr | None, scope: Scope) -> tuple[int | None, bool]:
    """A whole number and whether it is sure; None where a run alone would tell."""
    told = usual_text(code, expr, scope)
    digits = told.text.strip()
    return (int(digits), told.sure) if digits.isdecimal() else (None, False)


def _behind(code: PythonCode, expr: ast.expr, scope: Scope, steps: int) -> Text:
    """A field of settings has its default; another name what it is bound to."""
    if isinstance(expr, ast.Attribute):
        names = code.variables_behind(expr, scope)
        defaults = {v.default for v in code.variables if v.name.text in names and v.default}
        if len(names) == 1 and len(defaults) == 1:
            return next(iter(defaults))._replace(sure=False)
    if isinstance(expr, ast.Name | ast.Attribute):
        meant = code.resolve(expr, scope)
        if meant.value is not None and meant.value is not expr and meant.scope is not None:
            told = usual_text(code, meant.value, meant.scope, steps + 1)
            return told._replace(sure=told.sure and meant.sure)
    return Text()
