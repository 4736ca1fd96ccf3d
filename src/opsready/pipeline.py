"""The whole tool on one screen: data flows down this page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from opsready.documents.protection import Protection
from opsready.facts.fact import Facts
from opsready.facts.gather import gather
from opsready.hats.pack import Artifact, Pack, needed, read_pack
from opsready.hats.wear import left_out, wear_hats
from opsready.hats.written.changes import interrupted, make
from opsready.hats.written.disk import alone
from opsready.hats.written.plan import Plan, plan_write
from opsready.hats.written.record import read_record, said_by_others
from opsready.hats.written.undo import Undone, take_back_begun, undo
from opsready.rehearsal.observe import observe
from opsready.rehearsal.proof import Journal
from opsready.rehearsal.rehearse import Selection, rehearse
from opsready.rehearsal.stored import stored_journal
from opsready.review.catalog import LINTERS
from opsready.review.linter import Linter
from opsready.review.review import Review, review_pack
from opsready.sources.read import read, resolved
from opsready.sources.source import Bundle
from opsready.sources.walk import is_excluded
from opsready.spec.decide import decide
from opsready.spec.load import load, with_spec
from opsready.spec.spec import Spec
from opsready.verdict.judge import judge
from opsready.verdict.outcome import Outcome


@dataclass(frozen=True)
class Options:
    """`execute` allows starting the service; without it stored evidence is what there is, and
    with `strict` only as far as the same tool versions made it. `protection` is the code host's
    account of its environments, for what no tree can say; `previous` names the release before
    this one, a commit or a folder. Of the `linters` those that are not installed are *not run*."""

    exclude: tuple[str, ...] = ()
    spec_file: Path | None = None
    execute: bool = True
    strict: bool = False
    protection: Protection | None = None
    linters: tuple[Linter, ...] = LINTERS
    say: Callable[[str], None] = lambda _: None
    previous: str = ""
    allow_exec: bool = False


@dataclass(frozen=True)
class Prepared:
    """Read, gathered and decided; nothing was run for it. `artifacts` are what the hats write,
    and `pack` what the tree would hold if they did."""

    bundle: Bundle
    facts: Facts
    spec: Spec
    artifacts: tuple[Artifact, ...]
    pack: Pack


def run(root: Path, options: Options) -> Outcome:
    """The stage, from a tree to a verdict."""
    prepared = prepare(root, options)
    if options.execute:
        seen = observe(prepared.spec, prepared.pack, options.say)  # stored: one more source
        options.say(f"not observed: {seen.why}" if seen.why else "observed")
        prepared = prepare(root, options)
    _say_conflicts(prepared, options)
    for left in prepared.pack.left_out:
        options.say(f"not written: {left}")
    review = _review(prepared, options)
    journal = _journal(prepared, options)
    bundle = prepared.pack.bundle
    unwritten = prepared.pack.left_out
    verdict = judge(prepared.spec, bundle, review, journal, options.protection, unwritten)
    return Outcome(prepared.facts, prepared.spec, prepared.pack, review, journal, verdict)


def prepare(root: Path, options: Options) -> Prepared:
    """Sources, facts, spec and pack of the tree as it lies there."""
    bundle = read(root, options.exclude)
    if options.spec_file is not None:
        bundle = with_spec(bundle, options.spec_file)
    facts = gather(bundle)
    said = said_by_others(facts, bundle)
    spec = decide(said, load(bundle))
    seen = said.seen_by(bundle.units)
    worn = wear_hats(spec, seen)
    bases = read_record(bundle.root).known
    wanted = [a for a in worn if not is_excluded(a.path, options.exclude)]
    written, unneeded = needed(wanted, bundle, bases)
    pack = read_pack(bundle, left_out(spec, seen) + unneeded).merged_with(written, bases)
    return Prepared(bundle, facts, spec, written, pack)


def write(root: Path, options: Options) -> Plan:
    """The hats write into the tree: all files or none, and a person's edits stay."""
    real = resolved(root)
    with alone(real):
        take_back_begun(real, options.say)
        plan = _planned(real, prepare(root, options), options)
        if plan.changes:  # a write that changes nothing leaves what `--undo` takes back
            make(real, "write", plan.changes)
    return plan


def would_write(root: Path, options: Options) -> Plan:
    """What `write` would do. Changes nothing, so that a write which did not end is only named."""
    real = resolved(root)
    if interrupted(real):
        options.say("an earlier write did not end; `opsready write` takes it back first")
    return _planned(real, prepare(root, options), options)


def unwrite(root: Path, options: Options) -> list[Undone]:
    """Takes back the last write, or one that did not end."""
    real = resolved(root)
    with alone(real):
        begun = take_back_begun(real, options.say)
        return begun if begun is not None else undo(real)


def _say_conflicts(prepared: Prepared, options: Options) -> None:
    """A spec that contradicts the code is followed, and never silently."""
    for conflict in prepared.spec.conflicts:
        options.say(f"yours stands: {conflict}")


def _planned(real: Path, prepared: Prepared, options: Options) -> Plan:
    _say_conflicts(prepared, options)
    plan = plan_write(real, prepared.artifacts, options.exclude)
    return replace(plan, left_out=prepared.pack.left_out)


def _review(prepared: Prepared, options: Options) -> Review:
    facts, spec, pack = prepared.facts, prepared.spec, prepared.pack
    return review_pack(facts, spec, pack, exclude=options.exclude, linters=options.linters)


def _journal(prepared: Prepared, options: Options) -> Journal:
    if options.execute:
        selection = Selection(previous=options.previous, allow_exec=options.allow_exec)
        return rehearse(prepared.spec, prepared.pack, selection, options.say)
    return stored_journal(prepared.spec, prepared.pack, strict=options.strict)
