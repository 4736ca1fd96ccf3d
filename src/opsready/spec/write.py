"""Writes `opsready.yaml`: every value with its origin as a comment, assumptions on top."""

import json
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel

from opsready.spec.load import SPEC_FILE
from opsready.spec.origin import Basis, Origin
from opsready.spec.spec import LISTS_BY_NAME, OperationsSpec, Spec

_HEAD = """\
# {name}: what it needs in order to be operated. Written by `opsready init`.
#
# Change any value: yours wins over every inference. The comment behind a value says where it
# comes from; delete the comment to make the value your own.
"""


def spec_text(spec: Spec) -> str:
    """The whole file; the same spec gives the same bytes."""
    lines = [_HEAD.format(name=spec.operations.service.name).rstrip(), *_assumptions(spec)]
    for section in type(spec.operations).model_fields:
        value = getattr(spec.operations, section)
        rows = list(_section(section, value, spec)) if value is not None else []
        if len(rows) > 1:
            lines += ["", *rows]
    return "\n".join(lines) + "\n"


def _assumptions(spec: Spec) -> Iterator[str]:
    if spec.assumptions:
        yield "#"
        yield "# ASSUMED, for you to confirm or change:"
        for key, origin in spec.assumptions:
            yield f"#   {key} = {_flow(_value(spec.operations, key))}  ({origin.why})"


def _value(operations: OperationsSpec, key: str) -> Any:
    """The value at a dotted key; item names may hold dots, so lists are asked by prefix."""
    section, _, rest = key.partition(".")
    part = getattr(operations, section)
    if section not in LISTS_BY_NAME:
        return getattr(part, rest)
    found = max((i for i in part if rest.startswith(i.name + ".")), key=lambda i: len(i.name))
    return getattr(found, rest.removeprefix(found.name + "."))


def _section(section: str, value: Any, spec: Spec) -> Iterator[str]:
    yield f"{section}:"
    if isinstance(value, BaseModel):
        yield from _keys(value, section, "  ", spec)
        return
    for item in value:
        rows = list(_keys(item, f"{section}.{item.name}", "    ", spec))
        yield "  - " + rows[0].lstrip()
        yield from rows[1:]


def _keys(part: BaseModel, key: str, indent: str, spec: Spec) -> Iterator[str]:
    """Only what has an origin of its own: what nothing gave stays out of the file."""
    for name in type(part).model_fields:
        origin = spec.origins.get(f"{key}.{name}")
        if origin is not None:
            yield from _leaf(name, getattr(part, name), origin, indent)


def _leaf(name: str, value: Any, origin: Origin, indent: str) -> Iterator[str]:
    comment = _comment(origin)
    if isinstance(value, list) and value and not _is_short(value):
        yield f"{indent}{name}:  {comment}".rstrip()
        for element in value:
            yield f"{indent}  - {_flow(element)}"
    elif isinstance(value, dict) and value:
        yield f"{indent}{name}:  {comment}".rstrip()
        body = yaml.safe_dump(value, default_flow_style=False, allow_unicode=True, sort_keys=False)
        yield from (f"{indent}  {line}" for line in body.rstrip().splitlines())
    else:
        yield f"{indent}{name}: {_flow(value)}  {comment}".rstrip()


def _is_short(value: list[Any]) -> bool:
    return all(isinstance(element, str) for element in value) and len(_flow(value)) <= 70


def _comment(origin: Origin) -> str:
    why = " ".join(origin.why.split())
    if origin.basis is Basis.STATED:
        return "" if origin.path == SPEC_FILE else f"# stated: {origin.path}:{origin.line}"
    place = f" ({origin.path}:{origin.line})" if origin.path else ""
    return f"# {origin.basis}: {why}{place}"


def _flow(value: Any) -> str:
    """One line of YAML; JSON's strings are YAML's too, and never need a second line."""
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_defaults=True)
    if isinstance(value, str):
        if "\n" in value:
            return json.dumps(value, ensure_ascii=False)
        dumped = yaml.safe_dump([value], default_flow_style=True, width=10**6, allow_unicode=True)
        return dumped.strip()[1:-1]
    if isinstance(value, list):
        return "[" + ", ".join(_flow(element) for element in value) + "]" if value else "[]"
    if isinstance(value, dict):
        pairs = (f"{_flow(k)}: {_flow(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(value)
