"""A schema that is migrated after the version that needs it got traffic."""

from collections.abc import Iterator

from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a path and environment, at its first migration, where none is known to run
    before the new version gets traffic there."""
    for path in (*case.automation.paths, *case.automation.scripts):
        migrations = [act for act in path.that(Does.MIGRATES) if not act.takes_back]
        for place in dict.fromkeys(map(_place, migrations)):
            there = [act for act in migrations if _place(act) == place]
            shifts = [act for act in path.deploys if _shifts(act) and _place(act) == place]
            if shifts and all(_all_before(shifts, each, path) for each in there):
                yield _finding(there[0], shifts[0])


def _place(act: Act) -> str:
    return (act.job.environment or "") if act.job is not None else ""


def _shifts(act: Act) -> bool:
    return not act.takes_back and not act.effect.is_a(Does.MIGRATES)


def _all_before(shifts: list[Act], migration: Act, path: DeployPath) -> bool:
    return all(path.is_certain_order(shift, migration) for shift in shifts)


def _finding(migration: Act, shift: Act) -> Finding:
    deploy = shift.effect
    return Finding(
        *migration.called_at,
        f"`{migration.effect.shown}` runs after `{deploy.shown}` has put the new version in front"
        " of users: until it is through, the new code asks a schema that does not exist yet, and a"
        " failed migration leaves it so",
        "Migrate in a step before the deploy, such that the version before still works on what the"
        " migration leaves; its failure must stop the deploy.",
        related=(Place(deploy.path, deploy.line, "the deploy"),),
    )


CHECK = Check(
    id="migration-after-shift",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="the schema is migrated after the new version got traffic",
    find=find,
)
