"""What stored evidence still shows: the proofs whose every file and value is as it was."""

from collections.abc import Sequence

from opsready.evidence.store import BadEvidence, load
from opsready.hats.pack import Pack
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.probe import Probe
from opsready.rehearsal.proof import Journal, Proof, Result, tools_of_this_process
from opsready.spec.spec import Spec

_NAMED_AT_MOST = 3


def stored_journal(
    spec: Spec, pack: Pack, probes: Sequence[Probe] = PROBES, *, strict: bool = False
) -> Journal:
    """One proof for each probe: as it is stored, or *not run* with the reason why nothing that is
    stored counts. Runs nothing. A proof made by another version of opsready or Python says so in
    its evidence (`proven_with`); with `strict` it does not count."""
    return Journal(tuple(stored_proof(probe, spec, pack, strict=strict) for probe in probes))


def stored_proof(probe: Probe, spec: Spec, pack: Pack, *, strict: bool = False) -> Proof:
    """The stored proof of one probe, or *not run* with the reason."""
    missing = Proof(probe.id, probe.claim, Result.NOT_RUN, f"never run: {_how(probe)}")
    try:
        evidence = load(pack.bundle.root, probe.id)
        if evidence is None:
            return missing
        proof = Proof.from_json(evidence.proof)
    except BadEvidence as error:
        return missing.unproven(f"{error}; {_how(probe)}")
    except (KeyError, TypeError, ValueError) as error:
        return missing.unproven(f"its stored evidence is damaged ({error!r}); {_how(probe)}")
    changed = evidence.changed(probe.depends_on(spec, pack))
    if changed:
        return proof.unproven(f"{_names(changed)} changed since it was proven; {_how(probe)}")
    others = evidence.other_tools(tools_of_this_process())
    if others and strict:
        return proof.unproven(f"proven with {', '.join(others)}; {_how(probe)}")
    return proof.with_evidence({"proven_with": list(others)} if others else {})


def _how(probe: Probe) -> str:
    return f"prove it with `opsready rehearse --only {probe.id}`"


def _names(changed: tuple[str, ...]) -> str:
    more = len(changed) - _NAMED_AT_MOST
    return ", ".join(changed[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
