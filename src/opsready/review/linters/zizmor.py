"""zizmor: what others could do with the workflows of a repository.

The auditor persona reports all that the regular one does, and says of each remark whose it is: so
one process is enough for both.
"""

import re
from collections.abc import Iterator
from typing import Any

from opsready.review.finding import Finding, Place, Severity
from opsready.review.linter import Desk, Linter, one_line
from opsready.sources.kinds import Kind
from opsready.sources.source import Source

_OPTIONS = (
    "--offline",
    "--no-config",
    "--persona=auditor",
    "--format=json-v1",
    "--no-progress",
    "--color=never",
    "--no-exit-codes",
)
# It fails where not one of its inputs can be read, so it is given one more that can.
_BLANK = "name: blank\non: push\npermissions: {}\njobs: {}\n"
_MANDATES = {"hardcoded-container-credentials": "OPS-2", "concurrency-limits": "OPS-3"}


def _reads(source: Source) -> bool:
    return source.kind is Kind.WORKFLOW


def _lint(desk: Desk) -> Iterator[Finding]:
    copies = desk.copies(_name)
    deaf = () if desk.heeds_comments else ("--no-ignores",)
    blank = desk.put("blank/workflow.yml", _BLANK)
    for answer in desk.ask_of(list(copies), *_OPTIONS, *deaf, blank):
        for remark in answer:
            if not _is_of(blank, remark):
                yield from _finding(remark, copies)


def _is_of(name: str, remark: dict[str, Any]) -> bool:
    return any(
        location["symbolic"]["key"]["Local"]["verbatim_path"] == name
        for location in remark["locations"]
    )


def _name(source: Source) -> str:
    """It tells a composite action from a workflow by the name of the file."""
    return "workflow.yml" if ".github/workflows/" in source.path else "action.yml"


def _finding(remark: dict[str, Any], copies: dict[str, Source]) -> Iterator[Finding]:
    """At its primary location; a remark without one says nothing of a place."""
    places = [_place(location, copies) for location in remark["locations"]]
    kinds = [location["symbolic"]["kind"] for location in remark["locations"]]
    first = next((p for p, kind in zip(places, kinds, strict=True) if kind == "Primary"), None)
    if first is None:
        return
    rule = remark["ident"]
    says = f"{remark['desc']}: {first.message}" if first.message else remark["desc"]
    related = (place for place in places if (place.path, place.line) != (first.path, first.line))
    yield Finding(
        first.path,
        first.line,
        one_line(says),
        f"What it means and how to mend it: {remark['url']}",
        check=f"zizmor/{rule}",
        mandate=_MANDATES.get(rule, "OPS-5"),
        severity=_severity(rule, remark["determinations"]),
        related=tuple(dict.fromkeys(related)),
    )


def _place(location: dict[str, Any], copies: dict[str, Source]) -> Place:
    symbolic = location["symbolic"]
    name = symbolic["key"]["Local"]["verbatim_path"]
    row = location["concrete"]["location"]["start_point"]["row"]
    return Place(copies[name].path, row + 1, one_line(symbolic["annotation"]))


def _severity(rule: str, said: dict[str, str]) -> Severity:
    """A password is a mandate's breach; what the regular persona is sure of and holds for grave
    is to be mended soon; what only the stricter personas say is for who asks."""
    if rule == "hardcoded-container-credentials":
        return Severity.BLOCKER
    is_grave = said["persona"] == "Regular" and said["severity"] == "High"
    return Severity.WARNING if is_grave and said["confidence"] != "Low" else Severity.ADVICE


LINTER = Linter(
    id="zizmor",
    title="workflows and composite actions, with the regular and the auditor persona",
    program="zizmor",
    reads=_reads,
    lint=_lint,
    silenced_by=re.compile(r"#\s*zizmor:\s*ignore", re.IGNORECASE),
)
