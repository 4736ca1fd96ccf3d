"""Runs the probes on one stage, and stores what each of them showed."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from opsready.evidence.store import BadEvidence, save
from opsready.hats.pack import Pack
from opsready.rehearsal.beside import Beside
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Disproven, Journal, Outcome, Proof, Result, broke, not_run
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart
from opsready.rehearsal.stored import stored_proof
from opsready.spec.spec import Spec

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

Say = Callable[[str], None]


class UnknownProbe(Exception):
    """An id that no probe has; the text names those that there are."""


@dataclass(frozen=True)
class Selection:
    """Which probes run: those named by `only`, all where it is empty; with `stale` those whose
    stored proof does not stand any more, or was not run. The others keep their stored proof.
    `previous` names the release before this one: a commit, or a folder. `allow_exec` lets the
    tree's Terraform run programs and providers of its own."""

    only: tuple[str, ...] = ()
    stale: bool = False
    previous: str = ""
    allow_exec: bool = False


ALL = Selection()


def rehearse(
    spec: Spec,
    pack: Pack,
    selection: Selection = ALL,
    say: Say = lambda _: None,
    probes: Sequence[Probe] = PROBES,
) -> Journal:
    """A proof of every chosen probe, stored below the tree's `.opsready/`; one that cannot be
    stored is *not run*. `say` is told of progress. Raises UnknownProbe."""
    chosen = chosen_probes(selection.only, probes)
    standing = {p.id: stored_proof(p, spec, pack) for p in chosen} if selection.stale else {}
    todo = [p for p in chosen if p.id not in standing or standing[p.id].result is Result.NOT_RUN]
    made = {proof.probe: proof for proof in _prove(todo, spec, pack, say, selection)}
    return Journal(tuple(made.get(probe.id) or standing[probe.id] for probe in chosen))


def chosen_probes(only: Sequence[str], probes: Sequence[Probe] = PROBES) -> list[Probe]:
    """The probes with these ids, all where none is given, in the order of the catalogue."""
    known = {probe.id for probe in probes}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UnknownProbe(f"no probe {', '.join(unknown)}; there are: {', '.join(sorted(known))}")
    return [probe for probe in probes if not only or probe.id in only]


def _prove(
    probes: Sequence[Probe], spec: Spec, pack: Pack, say: Say, selection: Selection
) -> list[Proof]:
    if not probes:
        return []
    with ExitStack() as cleared:
        try:
            stage = cleared.enter_context(_stage(spec, pack, say))
        except CannotStage as reason:
            return [_kept(_unstaged(probe, spec, pack, str(reason)), pack) for probe in probes]
        rehearsal = Rehearsal(spec, pack, stage, selection.previous, selection.allow_exec)
        tasks = [
            (probe, partial(_tried, probe, rehearsal, f"[{n}/{len(probes)}]"))
            for n, probe in enumerate(probes, 1)
        ]
        with Beside(stage, [task for probe, task in tasks if probe.beside]) as beside:
            made = [task() for probe, task in tasks if not probe.beside]
        return made + beside.proofs


def _stage(spec: Spec, pack: Pack, say: Say) -> "Stage":
    """Imported here: the tools of a stage are an extra, and take time that `--list` has not."""
    try:
        from opsready.rehearsal.stage.stage import Stage
    except ModuleNotFoundError as missing:
        raise CannotStage(f"{missing.name} is missing: pip install 'opsready[rehearse]'") from None
    return Stage(spec, pack, say)


def _tried(probe: Probe, rehearsal: Rehearsal, counted: str) -> Proof:
    """Stored at once: what was shown before an interruption is not lost."""
    say = rehearsal.stage.say
    say(f"{counted} {probe.claim}")
    proof = _proof(probe, rehearsal)
    rehearsal.stage.refuse_when_over()
    say(f"{counted} {str(proof.result).replace('_', ' ')}{': ' if proof.why else ''}{proof.why}")
    return _kept(proof, rehearsal.pack)


def _proof(probe: Probe, rehearsal: Rehearsal) -> Proof:
    """What rests on files is taken before the probe runs: a change meanwhile makes it stale."""
    spec, pack, stage = rehearsal.spec, rehearsal.pack, rehearsal.stage
    reads = probe.depends_on(spec, pack)
    started = time.monotonic()
    outcome = _outcome(probe, rehearsal)
    seconds = time.monotonic() - started
    hidden = stage.secrets
    return Proof(
        probe.id,
        probe.claim,
        outcome.result,
        hidden.hidden_in(outcome.why),
        hidden.hidden_in_json(dict(outcome.evidence)),
        seconds,
        probe.rung,
        reads,
        stage.tools(),
    )


def _outcome(probe: Probe, rehearsal: Rehearsal) -> Outcome:
    try:
        return probe.run(rehearsal)
    except CannotStage as reason:
        return not_run(str(reason))
    except DidNotStart as reason:
        return not_run(f"the service did not start: {reason}")
    except Disproven as reason:
        return broke(str(reason))
    except Exception as error:  # a probe that fails says nothing about the service
        return not_run(f"internal error in the probe: {type(error).__name__}: {error}")


def _unstaged(probe: Probe, spec: Spec, pack: Pack, why: str) -> Proof:
    reads = probe.depends_on(spec, pack)
    return Proof(probe.id, probe.claim, Result.NOT_RUN, why, reads=reads)


def _kept(proof: Proof, pack: Pack) -> Proof:
    try:
        save(pack.bundle.root, proof.probe, proof.to_json())
    except (BadEvidence, OSError) as error:
        return proof.unproven(f"its evidence cannot be stored: {error}")
    return proof
