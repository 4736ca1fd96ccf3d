"""What a Python expression stands for, followed through bindings from file to file.

What a name stands for is read from the bindings that the code shows; where it shows none, the
answer is "unknown", never a guess.
"""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from opsready.documents.python_scope import Binding, How, Scope
from opsready.documents.python_tree import PythonTree, dots, place_of
from opsready.documents.python_types import handed_out, injected, named_type, notes, word_of

# A chain of names, attributes and calls longer than this is unknown; honest ones stay under 15.
STEPS_AT_MOST = 40
_LITERALS = {
    ast.List: "list()",
    ast.ListComp: "list()",
    ast.Dict: "dict()",
    ast.DictComp: "dict()",
    ast.Set: "set()",
    ast.SetComp: "set()",
    ast.Tuple: "tuple()",
    ast.JoinedStr: "str()",
}
# Where frameworks let an application keep its own objects.
_CARRIERS = {"state", "app", "application", "registry", "g", "ctx", "current_app", "extensions"}
_NOTHING_YET = {"", "NoneType()"}


class Meaning(NamedTuple):
    """What an expression stands for.

    `dotted` names it: `redis.Redis` a library's class, `redis.Redis().ping` a method of an
    instance, `src.orders.main.serve` something of this tree, by place; "" is unknown. `value` is
    the expression that made it, standing in `scope`. `defined` is the module, class or function
    of this tree that it is, or is an instance of. `sure` is false where other bindings exist.
    """

    dotted: str = ""
    value: ast.expr | None = None
    scope: Scope | None = None
    defined: Scope | None = None
    sure: bool = True

    @property
    def is_instance(self) -> bool:
        """Whether it is what a call gives, not the callee."""
        return self.dotted.endswith("()")

    @property
    def function(self) -> Scope | None:
        """The function of this tree that it is."""
        return self.defined if self.defined is not None and self.defined.is_function else None

    @property
    def made_by(self) -> ast.Call | None:
        """The call that made it: what tells one router or client from another."""
        return self.value if isinstance(self.value, ast.Call) else None


UNKNOWN = Meaning()


@dataclass(frozen=True, eq=False)
class PythonNames:
    """Resolves expressions of one tree; each is resolved once."""

    tree: PythonTree
    _meanings: dict[tuple[int, int], Meaning] = field(default_factory=dict, repr=False)
    _annotations: dict[str, ast.expr | None] = field(default_factory=dict, repr=False)
    _imports: dict[tuple[str, str], Meaning] = field(default_factory=dict, repr=False)

    def dotted(self, expr: ast.expr | None, scope: Scope) -> str:
        """The name of what an expression stands for; "" where it is unknown."""
        return self.resolve(expr, scope).dotted

    def resolve(self, expr: ast.expr | None, scope: Scope, steps: int = 0) -> Meaning:
        """What an expression stands for in a scope."""
        if expr is None or steps > STEPS_AT_MOST:
            return UNKNOWN
        key = (id(expr), id(scope))
        known = self._meanings.get(key)
        if known is None:
            self._meanings[key] = UNKNOWN  # a name that is bound to itself ends here
            known = self._meanings[key] = self._resolve(expr, scope, steps + 1)
        return known

    def _resolve(self, expr: ast.expr, scope: Scope, steps: int) -> Meaning:
        match expr:
            case ast.Name():
                return self.named(expr.id, scope, steps, before=expr.lineno)
            case ast.Attribute():
                return self._attribute(expr, scope, steps)
            case ast.Call():
                return self._result(self.resolve(expr.func, scope, steps), expr, scope, steps)
            case ast.Subscript():
                return self._item(expr, scope, steps)
            case ast.Await() | ast.NamedExpr() | ast.Starred():
                return self.resolve(expr.value, scope, steps)
            case ast.BoolOp():
                return self._first_telling(expr.values, scope, steps)
            case ast.IfExp():
                return self._first_telling([expr.body, expr.orelse], scope, steps)
            case ast.Constant():
                return Meaning(f"{type(expr.value).__name__}()", expr, scope)
            case ast.Lambda():
                return Meaning("", expr, scope, _scope_of(expr, scope))
        return Meaning(_LITERALS.get(type(expr), ""), expr, scope)

    def _first_telling(self, options: list[ast.expr], scope: Scope, steps: int) -> Meaning:
        meanings = [self.resolve(option, scope, steps) for option in options]
        telling = [meaning for meaning in meanings if meaning.dotted not in _NOTHING_YET]
        if not telling:
            return UNKNOWN
        # `os.environ.get("X") or "default"`: what is known of it is the default.
        best = telling[-1] if isinstance(telling[-1].value, ast.Constant) else telling[0]
        return best._replace(sure=False)

    def named(self, name: str, scope: Scope, steps: int = 0, before: int | None = None) -> Meaning:
        """What a name stands for in a scope, before a line of it; `from … import *` included."""
        found = scope.look_up(name)
        if found is not None:
            bindings, holder = found
            earlier = [b for b in bindings if before is None or b.line < before]
            latest_first = earlier[::-1] if holder is scope and before is not None else bindings
            return self._bound(name, latest_first or bindings, holder, steps)
        for star in scope.module.names.get("*", ()):
            source = self.imported(star.origin.removesuffix(".*"), scope.path, steps).defined
            if source is not None and name in source.names:
                return self._bound(name, source.names[name], source, steps)
        return Meaning(f"builtins.{name}") if hasattr(builtins, name) else UNKNOWN

    def _bound(self, name: str, bindings: list[Binding], scope: Scope, steps: int) -> Meaning:
        """The first binding that says more than "nothing yet"."""
        meanings = [self._binding(name, binding, scope, steps) for binding in bindings]
        telling = [m for m in meanings if m.dotted not in _NOTHING_YET or m.defined is not None]
        best = next(iter(telling or meanings), UNKNOWN)
        others = [m for m in meanings if m.dotted != "NoneType()" and m.value is not best.value]
        if isinstance(best.value, ast.Constant) and others:
            return best._replace(value=None, sure=False)  # one thing or another: neither
        differ = len({(meaning.dotted, id(meaning.value)) for meaning in meanings}) > 1
        return best._replace(sure=False) if differ else best

    def _binding(self, name: str, binding: Binding, scope: Scope, steps: int) -> Meaning:
        match binding.how:
            case How.IMPORTED:
                return self.imported(binding.origin, scope.path, steps)
            case How.DEFINED:
                return Meaning(_place(scope, name), None, scope, binding.defined)
            case How.PARAMETER:
                return self._parameter(name, binding, scope, steps)
            case How.ASSIGNED | How.ENTERED:
                return self._assigned(binding, scope, steps)
        return UNKNOWN

    def _assigned(self, binding: Binding, scope: Scope, steps: int) -> Meaning:
        told = self.resolve(binding.value, scope, steps)
        if told.dotted in _NOTHING_YET and binding.annotation is not None:
            typed = self._instance_of(binding.annotation, scope, steps)
            return typed if typed.dotted else told
        return told if told.dotted or told.value else Meaning("", binding.value, scope)

    def _parameter(self, name: str, binding: Binding, scope: Scope, steps: int) -> Meaning:
        outer = scope.outer or scope
        if outer.is_class and name == scope.first_parameter:
            of_class = any(word_of(d) == "classmethod" for d in scope.decorators)
            place = _place(outer)
            return Meaning(place if of_class else place + "()", None, outer, outer)
        given = self._injected([binding.value, *notes(binding.annotation)], outer, steps)
        return given if given.dotted else self._instance_of(binding.annotation, outer, steps)

    def _injected(self, candidates: list[ast.expr | None], scope: Scope, steps: int) -> Meaning:
        """What a framework passes for a parameter that asks for `Depends(f)`."""
        for candidate in candidates:
            function = self.resolve(injected(candidate), scope, steps)
            given = self._result(function, candidate, scope, steps)
            if given.dotted:
                return given
        return UNKNOWN

    def _instance_of(self, annotation: ast.expr | None, scope: Scope, steps: int) -> Meaning:
        """An instance of the class that an annotation names."""
        kind = named_type(annotation)
        if isinstance(kind, ast.Constant):
            kind = self._quoted_annotation(kind.value)
        if kind is None or steps > STEPS_AT_MOST:
            return UNKNOWN
        named = self.resolve(kind, scope, steps)
        alias = named.value
        if isinstance(alias, ast.Subscript) and named.scope is not None:
            given = self._injected([*notes(alias)], named.scope, steps)
            return given if given.dotted else self._instance_of(alias, named.scope, steps + 1)
        if not named.dotted or named.is_instance or named.function is not None:
            return UNKNOWN
        return Meaning(named.dotted + "()", None, None, named.defined)

    def _quoted_annotation(self, text: object) -> ast.expr | None:
        """`"Redis | None"`, parsed once: a meaning is remembered by the identity of its tree."""
        if not isinstance(text, str):
            return None
        if text not in self._annotations:
            try:
                self._annotations[text] = named_type(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._annotations[text] = None
        return self._annotations[text]

    def imported(self, origin: str, path: str, steps: int = 0) -> Meaning:
        """What `import` of a dotted name gives in the file at a path."""
        if steps > STEPS_AT_MOST:
            return UNKNOWN
        known = self._imports.get((origin, path))
        if known is None:
            self._imports[origin, path] = UNKNOWN  # modules that import each other end here
            known = self._imports[origin, path] = self._imported(origin, path, steps)
        return known

    def _imported(self, origin: str, path: str, steps: int) -> Meaning:
        words = origin.lstrip(".").split(".")
        level = len(origin) - len(origin.lstrip("."))
        if level:
            folders = PurePosixPath(path).parents
            folder = str(folders[min(level, len(folders)) - 1])
            return self._below(dots(folder), words, steps + 1)
        for root in self.tree.roots_of(words[0], path):
            return self._below(root, words, steps + 1)
        return Meaning(origin)

    def _below(self, folder: str, words: list[str], steps: int) -> Meaning:
        """Follows words through packages and modules, then through their names."""
        where, module = folder, self.tree.at(folder)
        while words:
            below = f"{where}.{words[0]}".lstrip(".")
            found = self.tree.at(below)
            is_bound = len(words) == 1 and _is_bound_by(module, where, words[0])
            if is_bound or (found is None and not self.tree.is_folder(below)):
                break
            where, module, words = below, found, words[1:]
        if module is None:
            return Meaning(".".join([where, *words]).lstrip("."))
        meaning = Meaning(where, None, None, module)
        for word in words:
            meaning = self._member(meaning, word, steps)
        return meaning

    def _attribute(self, expr: ast.Attribute, scope: Scope, steps: int) -> Meaning:
        holder = self.resolve(expr.value, scope, steps)
        found = self._member(holder, expr.attr, steps)
        if found.value is not None or found.defined is not None:
            return found
        kept = self._kept(expr, expr.attr, holder, steps)
        return kept if kept.dotted else found

    def _member(self, holder: Meaning, name: str, steps: int) -> Meaning:
        defined = holder.defined
        if steps > STEPS_AT_MOST or (defined is None and not holder.dotted):
            return UNKNOWN
        if defined is None or defined.is_function:
            return Meaning(f"{holder.dotted}.{name}") if holder.dotted else UNKNOWN
        if defined.is_class:
            return self._class_member(holder, defined, name, steps + 1)
        if name in defined.names:
            return self._bound(name, defined.names[name], defined, steps + 1)
        place = f"{holder.dotted}.{name}"
        below = self.tree.at(place)
        starred = self.named(name, defined, steps + 1) if below is None else UNKNOWN
        return starred if starred.dotted else Meaning(place, None, None, below)

    def _class_member(self, holder: Meaning, owner: Scope, name: str, steps: int) -> Meaning:
        stored = self._stored_on_self(owner, name, steps)
        if stored.dotted not in _NOTHING_YET:
            return stored
        bindings = owner.names.get(name)
        if bindings is not None:
            return self._class_attribute(holder, owner, name, bindings, steps)
        for base in owner.bases:
            parent = self.resolve(base, owner.outer or owner, steps)
            called = "()" if holder.is_instance and parent.dotted else ""
            found = self._member(parent._replace(dotted=parent.dotted + called), name, steps)
            if found.dotted and (parent.defined is None or found.defined or found.value):
                return found
        return Meaning(f"{holder.dotted}.{name}")

    def _class_attribute(
        self, holder: Meaning, owner: Scope, name: str, bindings: list[Binding], steps: int
    ) -> Meaning:
        found = self._bound(name, bindings, owner, steps)
        if not holder.is_instance:
            return found
        function = found.function
        if function is not None and any("property" in word_of(d) for d in function.decorators):
            return self._result(found, None, owner, steps)
        # A field's default is what an instance has unless its maker said otherwise.
        is_field = any(binding.annotation is not None for binding in bindings)
        return found._replace(sure=False) if is_field else found

    def _stored_on_self(self, owner: Scope, name: str, steps: int) -> Meaning:
        for store in self.tree.stores(name):
            target, method = store.target, store.scope
            if method.owner is not owner or not isinstance(target, ast.Attribute):
                continue
            if isinstance(target.value, ast.Name) and target.value.id == method.first_parameter:
                told = self.resolve(store.value, method, steps)
                if told.dotted not in _NOTHING_YET:
                    return told
        return UNKNOWN

    def _kept(self, expr: ast.expr, key: str, holder: Meaning, steps: int) -> Meaning:
        """What the application keeps under a key of its own state: `app.state.redis`,
        `request.app["redis"]`. All assignments must agree, or it is unknown."""
        if holder.defined is not None or not _is_carried(expr):
            return UNKNOWN
        stores = [store for store in self.tree.stores(key) if _is_carried(store.target)]
        told = [self.resolve(store.value, store.scope, steps) for store in stores]
        kept = {m.dotted: m for m in told if m.dotted != "NoneType()"}
        return next(iter(kept.values())) if len(kept) == 1 else UNKNOWN

    def _item(self, expr: ast.Subscript, scope: Scope, steps: int) -> Meaning:
        holder = self.resolve(expr.value, scope, steps)
        index = expr.slice.value if isinstance(expr.slice, ast.Constant) else None
        element = _element(holder.value, index)
        if element is not None and holder.scope is not None:
            return self.resolve(element, holder.scope, steps)
        if isinstance(index, str):
            kept = self._kept(expr, index, holder, steps)
            if kept.dotted:
                return kept
        if not holder.dotted:
            return UNKNOWN
        is_type = holder.dotted.startswith("typing") and not holder.is_instance
        return Meaning(holder.dotted if is_type else f"{holder.dotted}[]", expr, scope)

    def _result(self, callee: Meaning, node: ast.expr | None, scope: Scope, steps: int) -> Meaning:
        """What a call of `callee` gives."""
        function = callee.function
        if steps > STEPS_AT_MOST or (function is None and not callee.dotted):
            return UNKNOWN
        if function is None:
            return Meaning(callee.dotted + "()", node, scope, callee.defined)
        given = [self.resolve(value, function, steps) for value in function.gives]
        made = next((m for m in given if m.made_by is not None and m.dotted), None)
        if made is not None:
            return made
        annotation = handed_out(getattr(function.node, "returns", None))
        typed = self._instance_of(annotation, function.outer or function, steps)
        told = next((m for m in given if m.dotted not in _NOTHING_YET), UNKNOWN)
        return typed if typed.dotted else told

    def derives(self, owner: Scope, *names: str) -> bool:
        """Whether a class comes, through any number of steps, from one of these."""
        return any(base in names for base in self.ancestors(owner))

    def ancestors(self, owner: Scope) -> Iterator[str]:
        """The dotted names of all the classes that a class comes from, nearest first."""
        for scope in [owner, *self.parents(owner)]:
            for base in scope.bases:
                yield self.resolve(base, scope.outer or scope).dotted

    def parents(self, owner: Scope) -> list[Scope]:
        """The classes of this tree that a class comes from, nearest first."""
        found = [owner]
        for scope in found:  # grows while it is read: parents of parents follow
            for base in scope.bases:
                parent = self.resolve(base, scope.outer or scope).defined
                is_class = parent is not None and parent.is_class
                if parent is not None and is_class and all(parent is not f for f in found):
                    found.append(parent)
        return found[1:]


def _scope_of(node: ast.expr, scope: Scope) -> Scope | None:
    return next((inner for inner in scope.inner if inner.node is node), None)


def _place(scope: Scope, name: str = "") -> str:
    return ".".join(part for part in (place_of(scope.path), scope.name, name) if part)


def _is_bound_by(module: Scope | None, where: str, name: str) -> bool:
    """Whether a package binds a name to something other than its own module of that name."""
    bindings = module.names.get(name, []) if module is not None else []
    own = {name, f"{where.rpartition('.')[2]}.{name}"}
    ends = [".".join(binding.origin.lstrip(".").split(".")[-2:]) for binding in bindings]
    return any(end not in own for end in ends)


def _is_carried(expr: ast.Attribute | ast.Subscript | ast.expr) -> bool:
    holder = expr.value if isinstance(expr, ast.Attribute | ast.Subscript) else expr
    return word_of(holder) in _CARRIERS


def _element(holder: ast.expr | None, index: object) -> ast.expr | None:
    """The element of a literal dictionary, list or tuple."""
    if isinstance(holder, ast.Dict):
        for key, value in zip(holder.keys, holder.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == index:
                return value
    if isinstance(holder, ast.List | ast.Tuple) and isinstance(index, int):
        return holder.elts[index] if -len(holder.elts) <= index < len(holder.elts) else None
    return None
