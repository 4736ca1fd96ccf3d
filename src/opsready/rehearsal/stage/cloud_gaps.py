"""Where the emulator differs from AWS, and what a rehearsal does about it: see the data file."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

_UNCHANGED = ["no-op"]
_READ = ["read"]


@dataclass(frozen=True)
class Gap:
    """`withheld` resources are planned and not applied; of others only `attributes` that read
    back otherwise are forgiven."""

    id: str
    resources: tuple[str, ...]
    action: str
    effect: str
    why: str
    moto: str
    attributes: frozenset[str] = frozenset()
    shown_by: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    @property
    def withholds(self) -> bool:
        """Whether it keeps resources from being applied."""
        return self.effect == "withheld"

    def explains(self, change: Mapping[str, Any]) -> bool:
        """Whether a change of a second plan comes of it alone."""
        if change["type"] not in self.resources:
            return False
        if self.withholds:
            return bool(change["change"]["actions"] == ["create"])
        updated = change["change"]["actions"] == ["update"]
        return updated and differing(change) <= self.attributes

    def __str__(self) -> str:
        return f"{self.id}: {self.why} (moto {self.moto}, {self.action})"


@cache
def gaps() -> tuple[Gap, ...]:
    """Every known one."""
    file = resources.files("opsready.rehearsal.stage").joinpath("cloud_gaps.toml")
    return tuple(
        Gap(
            **{
                **told,
                "resources": tuple(told["resources"]),
                "attributes": frozenset(told.get("attributes", ())),
                "shown_by": tuple(told["shown_by"]),
            }
        )
        for told in tomllib.loads(file.read_text(encoding="utf-8"))["gap"]
    )


def differing(change: Mapping[str, Any]) -> frozenset[str]:
    """The attributes that a change changes."""
    before, after = change["change"]["before"] or {}, change["change"]["after"] or {}
    unknown = change["change"].get("after_unknown") or {}
    names = before.keys() | after.keys() | unknown.keys()
    return frozenset(n for n in names if before.get(n) != after.get(n) or unknown.get(n) is True)


def changes(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a plan would do, without what it only reads."""
    return [
        change
        for change in plan.get("resource_changes", ())
        if change["mode"] == "managed" and change["change"]["actions"] not in (_UNCHANGED, _READ)
    ]


def withheld(plan: Mapping[str, Any]) -> dict[str, Gap]:
    """The addresses that are not applied, each with its gap."""
    return {
        change["address"]: gap
        for change in plan.get("resource_changes", ())
        for gap in gaps()
        if gap.withholds and change["type"] in gap.resources
    }


def targets(plan: Mapping[str, Any]) -> list[str]:
    """Arguments that leave out what is withheld; none where nothing is."""
    out = withheld(plan)
    if not out:
        return []
    return [
        f"-target={change['address']}"
        for change in plan.get("resource_changes", ())
        if change["mode"] == "managed" and change["address"] not in out
    ]


def unexplained(found: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Changes that no gap explains."""
    return (change for change in found if not any(gap.explains(change) for gap in gaps()))


def explaining(found: Iterable[Mapping[str, Any]]) -> list[Gap]:
    """The gaps that explain changes, each once."""
    return [gap for gap in gaps() if any(gap.explains(change) for change in found)]
