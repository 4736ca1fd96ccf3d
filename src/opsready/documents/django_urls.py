"""The URL patterns of a Django project, followed through `include` from `ROOT_URLCONF` down."""

import ast
import re
from dataclasses import dataclass
from typing import NamedTuple

from opsready.documents.django_project import DjangoProject
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, How, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import GAP, Text

LEVELS_AT_MOST = 20
_PATTERNS = {"path", "re_path", "url"}
# Wrap a list of patterns and leave its paths as they are, or, for languages, put one in front.
_WRAPPERS = {"format_suffix_patterns": "", "i18n_patterns": "/{language}", "list": ""}


class View(NamedTuple):
    """A pattern's path and the expression of its view, with the place of both."""

    path: Text
    view: ast.expr
    scope: Scope
    line: int


class Included(NamedTuple):
    """Something included under a path that is not a list of patterns in this tree: a router's
    `urls`, another package's module, a list made at run time."""

    path: Text
    included: ast.expr
    scope: Scope
    line: int


@dataclass(frozen=True)
class DjangoUrls:
    """Every pattern of a project, with the prefixes of the includes above it."""

    views: tuple[View, ...]
    included: tuple[Included, ...]

    @classmethod
    def of(cls, project: DjangoProject) -> "DjangoUrls":
        """Everything below the root module of URLs; below every module of URLs, under an unknown
        prefix, where the settings name no root and there are several."""
        walk = _Walk(project.code)
        for scope, prefix in _roots(project):
            walk.module(scope, prefix, 0)
        return cls(tuple(walk.views), tuple(walk.included))


def _roots(project: DjangoProject) -> list[tuple[Scope, Text]]:
    root = project.constant("ROOT_URLCONF")
    for module in project.modules if isinstance(root, str) else ():
        found = project.code.names.imported(root, module.path).defined
        if found is not None:
            return [(found, Text(""))]
    scopes = [m.scope for m in project.code.application if "urlpatterns" in m.scope.names]
    return [(scope, Text("") if len(scopes) == 1 else Text()) for scope in scopes]


class _Walk:
    """Collects patterns from module to module."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.views: list[View] = []
        self.included: list[Included] = []
        self._inside: list[Scope] = []

    def module(self, scope: Scope, prefix: Text, level: int) -> None:
        """`urlpatterns = […]`, what is added to it, and what is appended."""
        if level > LEVELS_AT_MOST or any(scope is known for known in self._inside):
            return
        self._inside.append(scope)
        for binding in scope.names.get("urlpatterns", ()):
            if binding.how in {How.ASSIGNED, How.ADDED} and binding.value is not None:
                always = binding.how is How.ASSIGNED
                self._patterns(
                    binding.value, scope, prefix._replace(sure=prefix.sure and always), level
                )
        module = self.code.module(scope.path)
        for call in module.calls("append", "extend", "insert") if module else ():
            if word_of(_holder(call)) == "urlpatterns" and call.node.args:
                self._patterns(call.node.args[-1], call.scope, prefix, level)
        self._inside.pop()

    def _patterns(self, expr: ast.expr, scope: Scope, prefix: Text, level: int) -> None:
        """A list of patterns, or anything that stands for one."""
        level += 1
        if level > LEVELS_AT_MOST:
            return
        if isinstance(expr, ast.BinOp):
            self._patterns(expr.left, scope, prefix, level)
            self._patterns(expr.right, scope, prefix, level)
        elif isinstance(expr, ast.List | ast.Tuple):
            for element in expr.elts:
                self._patterns(element, scope, prefix, level)
        elif isinstance(expr, ast.Starred):
            self._patterns(expr.value, scope, prefix, level)
        elif isinstance(expr, ast.Call) and word_of(expr) in _PATTERNS:
            self._pattern(Call(expr, scope), prefix, level)
        elif isinstance(expr, ast.Call) and word_of(expr) in _WRAPPERS:
            inside = prefix + Text(_WRAPPERS[word_of(expr)])
            for argument in expr.args:
                self._patterns(argument, scope, inside, level)
        elif not (
            isinstance(expr, ast.Call) and word_of(expr) in {"static", "staticfiles_urlpatterns"}
        ):
            self._listed_elsewhere(expr, scope, prefix, level)

    def _listed_elsewhere(self, expr: ast.expr, scope: Scope, prefix: Text, level: int) -> None:
        """A name of a list; of a module of URLs; or something that only a run would show."""
        meant = self.code.resolve(expr, scope)
        is_list = isinstance(meant.value, ast.List | ast.Tuple | ast.BinOp)
        is_call = isinstance(meant.value, ast.Call) and word_of(meant.value) in {
            *_WRAPPERS,
            *_PATTERNS,
        }
        if meant.value is not None and meant.value is not expr and (is_list or is_call):
            self._patterns(meant.value, meant.scope or scope, prefix, level)
        elif meant.defined is not None and "urlpatterns" in meant.defined.names:
            self.module(meant.defined, prefix, level)
        else:
            self.included.append(Included(prefix, expr, scope, expr.lineno))

    def _pattern(self, call: Call, prefix: Text, level: int) -> None:
        route, view = call.argument(0, "route", "regex"), call.argument(1, "view")
        if route is None or view is None:
            return
        told = self.code.text(route, call.scope)
        is_regex = call.tail != "path" and self._is_regex(call)
        path = _of_regex(told) if is_regex else _of_path(told)
        below = prefix + (path if prefix.text.endswith("/") else Text("/") + path)
        if isinstance(view, ast.Call) and word_of(view) == "include" and view.args:
            self._include(view.args[0], call.scope, below, level)
        elif isinstance(view, ast.Attribute) and view.attr == "urls":
            self.included.append(Included(below, view, call.scope, call.line))
        else:
            self.views.append(View(below, view, call.scope, call.line))

    def _is_regex(self, call: Call) -> bool:
        return self.code.callee(call).dotted != "django.urls.path"

    def _include(self, included: ast.expr, scope: Scope, path: Text, level: int) -> None:
        """`include("app.urls")`, `include(module)`, `include([…])`, `include((…, "name"))`."""
        if isinstance(included, ast.Tuple) and included.elts:
            included = included.elts[0]
        named = self.code.constant(included, scope)
        if isinstance(named, str):
            module = self.code.names.imported(named, scope.path).defined
            if module is not None and "urlpatterns" in module.names:
                self.module(module, path, level)
            else:
                self.included.append(Included(path, included, scope, included.lineno))
        else:
            self._patterns(included, scope, path, level)


def _holder(call: Call) -> ast.expr:
    function = call.node.func
    return function.value if isinstance(function, ast.Attribute) else function


def _of_path(told: Text) -> Text:
    """`<int:pk>` is the parameter `pk`."""
    return told._replace(text=re.sub(r"<(?:[^<>:]*:)?(\w+)>", r"{\1}", told.text))


_GROUP = re.compile(r"\((?:\?P<(\w+)>|\?:)?")
_PLAIN = re.compile(r"\\([./\-_])")


def _of_regex(told: Text) -> Text:
    """A pattern's path where it is plain but for its groups: each group is a parameter. Anything
    else in it is a gap."""
    text, parameters = told.text.removeprefix("^"), 0
    text = re.sub(r"(/\?)?(\$|\\Z)$", lambda end: "/" if end.group(1) else "", text)
    out, at = "", 0
    while at < len(text):
        group = _GROUP.match(text, at)
        if group is None:
            out, at = out + text[at], at + 1
            continue
        at = _end_of_group(text, at)
        parameters += 1
        is_parameter = not group.group().endswith(":")
        out += f"{{{group.group(1) or f'argument_{parameters}'}}}" if is_parameter else GAP
    out = _PLAIN.sub(r"\1", out)
    return told._replace(text=re.sub(r"(\[[^\]]*\]|\\\w|\.)?[*+?]|\[[^\]]*\]|\\\w|[|^$]", GAP, out))


def _end_of_group(text: str, at: int) -> int:
    depth = 0
    for place in range(at, len(text)):
        escaped = place > 0 and text[place - 1] == "\\"
        depth += 0 if escaped else (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    return len(text)
