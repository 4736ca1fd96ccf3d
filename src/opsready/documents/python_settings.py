"""Settings classes of pydantic: each field is a variable of the environment."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.python_names import PythonNames
from opsready.documents.python_scope import Binding, How, Scope
from opsready.documents.python_types import named_type, notes, word_of
from opsready.documents.python_values import GAP, PythonValues, Text

_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
_MODELS = ("pydantic.BaseModel", "pydantic.v1.BaseModel")
_SECRETS = {"SecretStr", "SecretBytes", "Secret"}
_OWN_NAMES = {"model_config", "Config"}


class SettingsField(NamedTuple):
    """One field of a settings class. `names` are its variables, the first the usual one; `owner`
    the class in whose body the field stands; `default` None where the code gives none."""

    names: tuple[str, ...]
    default: Text | None
    required: bool
    is_secret_type: bool
    owner: Scope
    line: int


@dataclass(frozen=True, eq=False)
class PythonSettings:
    """The settings classes of one tree."""

    names: PythonNames
    values: PythonValues

    @cached_property
    def classes(self) -> list[Scope]:
        """Every settings class of the application."""
        modules = self.names.tree.application
        with_bases = [c for m in modules for c in m.classes() if c.bases]
        return [c for c in with_bases if self.names.derives(c, *_SETTINGS)]

    @cached_property
    def fields(self) -> list[SettingsField]:
        """The fields of every settings class that is used as it is, not only inherited from."""
        parents = {id(parent) for c in self.classes for parent in self._lineage(c)[1:]}
        made = {id(scope) for scope in self._constructed()}
        used = [c for c in self.classes if id(c) not in parents or id(c) in made]
        return [field for scope in used for field in self._fields_of(scope)]

    def variables(self, owner: Scope, field: str) -> tuple[str, ...]:
        """The variables behind a field of a settings class, or of a model nested in one; () for
        anything else, and for a field that is itself such a model."""
        lineage = self._lineage(owner)
        lines = {(id(c), b.line) for c in lineage for b in c.names.get(field, ())}
        known = (f.names for f in self.fields if (id(f.owner), f.line) in lines)
        return next(known, ())

    def _constructed(self) -> Iterator[Scope]:
        by_name = {scope.short_name for scope in self.classes}
        for module in self.names.tree.application:
            for call in module.calls(*by_name):
                meaning = self.names.resolve(call.node.func, call.scope)
                if meaning.defined is not None and meaning.defined.is_class:
                    yield meaning.defined

    def _lineage(self, owner: Scope) -> list[Scope]:
        return [owner, *self.names.parents(owner)]

    def _fields_of(self, owner: Scope) -> Iterator[SettingsField]:
        told: set[str] = set()
        for holder in self._lineage(owner):
            for name, bindings in holder.names.items():
                if name not in told and _is_field(name, bindings[-1]):
                    told.add(name)
                    yield from self._field(owner, holder, name, bindings[-1])

    def _field(
        self, owner: Scope, holder: Scope, name: str, binding: Binding
    ) -> Iterator[SettingsField]:
        names = self._names(owner, name, binding)
        kind = self._class_of(binding, holder)
        delimiter = self._configured(owner, "env_nested_delimiter")
        if kind is not None and self.names.derives(kind, *_SETTINGS):
            return
        if kind is not None and self._is_model(kind):
            if isinstance(delimiter, str):
                yield from self._nested(kind, names[0] + delimiter)
            return
        yield self._told(names, holder, binding)

    def _is_model(self, kind: Scope) -> bool:
        decorated = any(word_of(decorator) == "dataclass" for decorator in kind.decorators)
        return decorated or self.names.derives(kind, *_MODELS)

    def _nested(self, kind: Scope, prefix: str) -> Iterator[SettingsField]:
        for holder in self._lineage(kind):
            for name, bindings in holder.names.items():
                if _is_field(name, bindings[-1]):
                    yield self._told(((prefix + name).upper(),), holder, bindings[-1])

    def _told(self, names: tuple[str, ...], holder: Scope, binding: Binding) -> SettingsField:
        default = _default(binding)
        is_required = binding.value is None or (default is None and not _has_factory(binding))
        is_none = isinstance(default, ast.Constant) and default.value is None
        told = None if default is None or is_none else self._default_text(default, holder)
        secret = _is_secret_type(binding.annotation)
        return SettingsField(names, told, is_required, secret, holder, binding.line)

    def _default_text(self, default: ast.expr, holder: Scope) -> Text | None:
        call_of_secret = isinstance(default, ast.Call) and word_of(default) in _SECRETS
        inside = default.args[0] if call_of_secret and default.args else default  # type: ignore[attr-defined]
        told = self.values.text(inside, holder)
        return told if told.text != GAP else None

    def _class_of(self, binding: Binding, holder: Scope) -> Scope | None:
        kind = named_type(binding.annotation)
        defined = self.names.resolve(kind, holder.outer or holder).defined
        return defined if defined is not None and defined.is_class else None

    def _names(self, owner: Scope, field: str, binding: Binding) -> tuple[str, ...]:
        keeps_case = self._configured(owner, "case_sensitive") is True
        aliases = self._aliases(binding, owner)
        named = aliases or (f"{self._configured(owner, 'env_prefix') or ''}{field}",)
        return tuple(named) if keeps_case else tuple(name.upper() for name in named)

    def _aliases(self, binding: Binding, owner: Scope) -> tuple[str, ...]:
        """`Field(validation_alias=…)`, `alias=`, and `env=` of pydantic 1."""
        for call in (binding.value, *notes(binding.annotation)):
            if not isinstance(call, ast.Call) or word_of(call) != "Field":
                continue
            for keyword in call.keywords:
                if keyword.arg in {"validation_alias", "alias", "env"}:
                    is_choice = isinstance(keyword.value, ast.Call)
                    given = keyword.value.args if is_choice else [keyword.value]  # type: ignore[attr-defined]
                    told = [self.values.constant(each, owner) for each in given]
                    flat = [
                        n for each in told for n in (each if isinstance(each, tuple) else [each])
                    ]
                    return tuple(name for name in flat if isinstance(name, str))
        return ()

    def _configured(self, owner: Scope, key: str) -> object:
        """A setting of `model_config = SettingsConfigDict(…)` or of `class Config`."""
        for holder in self._lineage(owner):
            for binding in holder.names.get("model_config", ()):
                if isinstance(binding.value, ast.Call):
                    given = {k.arg: k.value for k in binding.value.keywords}
                    if key in given:
                        return self.values.constant(given[key], holder)
                told = self.values.constant(binding.value, holder)
                if isinstance(told, dict) and key in told:
                    return told[key]
            for binding in holder.names.get("Config", ()):
                inner = binding.defined.names.get(key) if binding.defined else None
                if inner and binding.defined is not None:
                    return self.values.constant(inner[-1].value, binding.defined)
        return None


def _is_field(name: str, binding: Binding) -> bool:
    is_class_variable = isinstance(binding.annotation, ast.Subscript) and (
        word_of(binding.annotation.value) == "ClassVar"
    )
    is_plain = binding.how is How.ASSIGNED and binding.annotation is not None
    return is_plain and not is_class_variable and name[0] != "_" and name not in _OWN_NAMES


def _default(binding: Binding) -> ast.expr | None:
    value = binding.value
    if isinstance(value, ast.Call) and word_of(value) == "Field":
        by_name = next((k.value for k in value.keywords if k.arg == "default"), None)
        value = value.args[0] if value.args else by_name
    is_ellipsis = isinstance(value, ast.Constant) and value.value is ...
    return None if is_ellipsis else value


def _has_factory(binding: Binding) -> bool:
    call = binding.value
    return isinstance(call, ast.Call) and any(k.arg == "default_factory" for k in call.keywords)


def _is_secret_type(annotation: ast.expr | None) -> bool:
    """Whether any class in the annotation is one of pydantic's secrets."""
    parts = ast.walk(annotation) if annotation is not None else ()
    return any(isinstance(p, ast.Name | ast.Attribute) and word_of(p) in _SECRETS for p in parts)
