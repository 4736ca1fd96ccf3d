"""The good sentence about runbooks (DESIGN §5)."""

from dataclasses import replace

from opsready.rehearsal.proof import Rung
from opsready.spec.defaults import CRITICAL_KINDS
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, Look, Sight, ids_of
from opsready.verdict.instruments import checks_of
from opsready.verdict.runbook_entry import alone
from opsready.verdict.sights import runbook_has
from opsready.verdict.weigh import weigh

ENTRIES = ("service restart", "database failover", "cache flush", "certificate rotation")
# Nobody fails a database over, or flushes a cache, that the service does not have.
_OF_KINDS = {
    "database failover": CRITICAL_KINDS,
    "cache flush": frozenset({"redis", "memcached"}),
}


def _has(entry: str) -> Look:
    """That there is no entry about what nobody knows the service to have shows nothing."""
    look = runbook_has(entry)

    def sight(brief: Brief) -> Sight:
        seen = look(brief)
        if seen.agrees is not False or brief.spec.operations.dependencies:
            return seen
        return replace(
            seen,
            agrees=None,
            why=f"{seen.why}, and nothing says whether the service needs one: name its "
            "`dependencies` in opsready.yaml",
        )

    return sight if entry in _OF_KINDS else look


CLAIMS = tuple(
    Claim(
        f"the runbook covers {entry} with step-by-step commands",
        (
            *checks_of("DONE-3"),
            "runbook-placeholder",
            "runbook-step-without-command",
            "runbook_diagnosis_runs",
        ),
        Rung.REHEARSED,
        _has(entry),
        {"runbook_diagnosis_runs": alone(entry)},
    )
    for entry in ENTRIES
)


def judge(brief: Brief) -> Judgement:
    """Each of the four has its entry, and its commands did here what it says. Where a dependency
    is known, those of kinds that the service has not are left out."""
    kinds = {dependency.kind for dependency in brief.spec.operations.dependencies}
    claims = [
        claim
        for entry, claim in zip(ENTRIES, CLAIMS, strict=True)
        if not kinds or kinds & _OF_KINDS.get(entry, kinds)
    ]
    return weigh(claims, brief)


CRITERION = Criterion(
    id="failures-written-down",
    must=(
        "Runbook covers: service restart, database failover, cache flush, and certificate "
        "rotation with step-by-step commands"
    ),
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("architecture",),
)
