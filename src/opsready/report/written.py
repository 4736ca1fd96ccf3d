"""What a write did, or would do, as a person reads it and as JSON."""

import difflib
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from opsready.documents.secret import masked
from opsready.hats.merge import Span, State
from opsready.hats.written.plan import Plan, Settlement
from opsready.hats.written.undo import Undone

_WIDTH = 96
_INDENT = " " * 10
_ADDED = (State.NEW, State.UPDATED, State.MERGED)


def plan_fields(plan: Plan, *, dry_run: bool = False) -> dict[str, Any]:
    """Every file with its state; `why`, `lines` and `beside` where there is something to say, and
    `left_out` where there is something that the hats do not write."""
    fields: dict[str, Any] = {"files": [_fields(file, dry_run=dry_run) for file in plan.files]}
    if plan.left_out:
        fields["left_out"] = [{"what": left.what, "why": left.why} for left in plan.left_out]
    return fields


def _fields(file: Settlement, *, dry_run: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"path": file.path, "state": str(file.state)}
    if file.why:
        fields["why"] = file.why
    if file.lines:
        fields["lines"] = [list(span) for span in file.lines]
    if file.beside:
        fields["beside"] = file.beside
    if dry_run and (diff := _diff(file)):
        fields["diff"] = diff
    return fields


def plan_text(plan: Plan, *, dry_run: bool = False) -> str:
    """The sum, each file that is not just as it was, what is left out and why, how to settle
    conflicts, and for a dry run what would change."""
    lines = [_sum(plan, dry_run=dry_run), ""]
    for file in plan.files:
        if file.state is not State.SAME:
            lines += [f"{file.state:9} {file.path}", *_because(file)]
    if plan.left_out:
        lines += [""] if lines[-1] else []
        lines += [f"not written: {left}" for left in plan.left_out]
    if any(file.beside for file in plan.files):
        lines += ["", *_how_to_settle(dry_run=dry_run)]
    if dry_run:
        diffs = (_diff(file) for file in plan.files if file.state is not State.NEW)
        lines += [line for diff in diffs if diff for line in ("", diff.rstrip())]
    return "\n".join(lines).rstrip()


def _sum(plan: Plan, *, dry_run: bool) -> str:
    if not plan.files:
        return "the hats have nothing to write here; `opsready init --print` shows what is decided"
    counts = {state: len(plan.of(state)) for state in State}
    added = sum(counts[state] for state in _ADDED)
    verb = "would write" if dry_run else "wrote"
    head = f"{verb} {added} of {len(plan.files)} files" if added else "nothing to write"
    shown = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
    return f"{head}: {shown}"


def _because(file: Settlement) -> Iterator[str]:
    parts = [file.why] if file.why else []
    if file.lines:
        parts.append(f"{_spans(file.lines)} of yours")
    if file.beside:
        parts.append(f"the hat's text is in {file.beside}")
    if parts:
        yield textwrap.fill(
            "; ".join(parts),
            _WIDTH,
            initial_indent=_INDENT,
            subsequent_indent=_INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _spans(spans: Sequence[Span]) -> str:
    """Lines as an editor counts them."""
    shown = []
    for first, upto in spans:
        if upto < first:
            shown.append(f"before line {first}")
        else:
            shown.append(f"line {first}" if first == upto else f"lines {first}-{upto}")
    return ", ".join(shown)


def _how_to_settle(*, dry_run: bool) -> Iterator[str]:
    verb = "would be" if dry_run else "was"
    yield f"A file in conflict {verb} left as it is. Take what you want from the text beside it,"
    yield "then delete that: the next write goes on from there."


def _diff(file: Settlement) -> str:
    """What changes, with secrets as `***`: a person's file may hold some."""
    if file.after is None or file.before == file.after:
        return ""
    before = masked(file.before or "").splitlines()
    after = masked(file.after).splitlines()
    rows = difflib.unified_diff(before, after, f"a/{file.path}", f"b/{file.path}", lineterm="")
    return "\n".join(rows) + "\n"


def undone_fields(undone: Sequence[Undone]) -> dict[str, Any]:
    """What became of each file that the last write had changed."""
    rows = [{"path": one.path, "done": one.done, "why": one.why} for one in undone]
    return {"files": [], "undone": rows}


def undone_text(undone: Sequence[Undone]) -> str:
    """The sum, then each file."""
    left = [one for one in undone if one.done == "left"]
    head = "the last write is taken back"
    lines = [f"{head}, but for what was edited since" if left else head, ""]
    lines += [f"{one.done:9} {one.path}" + (f": {one.why}" if one.why else "") for one in undone]
    return "\n".join(lines).rstrip()
