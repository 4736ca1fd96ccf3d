"""The release before this one still works after this one's migrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from opsready.facts.gather import gather
from opsready.hats.pack import Pack
from opsready.rehearsal.previous import Previous, previous_release, steps_of
from opsready.rehearsal.probe import SERVICE_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.stage.journeys import Played, play
from opsready.rehearsal.stage.trouble import DidNotStart
from opsready.sources.history import NoHistory
from opsready.sources.read import Unreadable, read
from opsready.spec.decide import decide
from opsready.spec.load import SPEC_FILE, BadSpec, load
from opsready.spec.spec import OperationsSpec, Spec

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

_ANSWER_WITHIN_S = 30.0
_NAMED_AT_MOST = 40
_GIVE = "give one with --previous, a commit or a folder"

Seen = dict[str, list[Played]]
"""The requests of each journey, by its name."""


@dataclass(frozen=True)
class Lost:
    """A request that the previous release answered as it should, and does not any more."""

    before: Played
    after: Played | None

    def __str__(self) -> str:
        now = self.after.answer.said if self.after and self.after.answer else "not made any more"
        was = self.before.answer.said if self.before.answer else ""
        request = f"{self.before.step.method} {self.before.step.path}"
        return f"{self.before.journey}: {request}: {now}, {was} before the migration"


def run(rehearsal: Rehearsal) -> Outcome:
    """Finds the previous release, and tries it on a database of its own."""
    stage, operations = rehearsal.stage, rehearsal.spec.operations
    if not (operations.migrations.command or operations.runtime.prepare):
        return not_run("no migrations are known: state migrations.command in opsready.yaml")
    room = stage.directory / "previous-release"
    room.mkdir()
    try:
        previous = previous_release(rehearsal.pack.bundle, rehearsal.previous, room)
        spec, pack = _decided(previous, rehearsal.pack)
    except (NoHistory, Unreadable, BadSpec) as why:
        return not_run(f"no previous release to try: {why}; {_GIVE}")
    added = steps_of(s.path for s in rehearsal.pack.bundle.sources) - previous.steps
    evidence = {"previous": previous.name, "migrations_since": _named(added)}
    with stage.beside(spec, pack) as old:
        outcome = _tried(rehearsal, old, previous, evidence)
        hidden = old.secrets
        stage.worked_with(old.tools())
    shown: dict[str, Any] = hidden.hidden_in_json(dict(outcome.evidence))
    return Outcome(outcome.result, hidden.hidden_in(outcome.why), shown)


def _decided(previous: Previous, pack: Pack) -> tuple[Spec, Pack]:
    """Spec and pack of the previous release, as its own files say; what a person decided since
    counts for it where it had no word of theirs yet."""
    bundle = read(previous.folder)
    stated = pack.bundle.source(SPEC_FILE)
    if bundle.source(SPEC_FILE) is None and stated is not None:
        bundle = bundle.with_sources([stated])
    return decide(gather(bundle), load(bundle)), Pack(bundle)


def _tried(
    rehearsal: Rehearsal, old: "Stage", previous: Previous, evidence: dict[str, Any]
) -> Outcome:
    databases = [one for one in old.backings.all if one.kind == "postgresql"]
    if not databases:
        why = "no database that can be staged here stands behind the previous release"
        return not_run(why, evidence)
    journeys = old.spec if old.spec.journeys else rehearsal.spec.operations
    try:
        _await_ready(old)
        _played(old, journeys)  # leaves data, as months of production would
        before = _played(old, journeys)
    except DidNotStart as failure:
        why = f"{previous.name} does not start on its own schema: {failure}"
        return not_run(why, evidence)
    requests = [played for steps in before.values() for played in steps]
    evidence["requests"] = len(requests)
    evidence["as_expected"] = sum(played.is_as_expected for played in requests)
    if not evidence["as_expected"]:
        return not_run("no journey succeeds even on the schema of the previous release", evidence)
    old.stop_service()
    schemas = [database.schema() for database in databases]
    rehearsal.stage.say("migrating forward with this release's migrations")
    try:
        # On a stage of its own: nothing of the shared one may ever point to this database.
        with rehearsal.stage.beside(rehearsal.spec, rehearsal.pack, shared=old.backings) as new:
            new.prepare()
    except DidNotStart as failure:
        return broke(f"on the data of {previous.name}: {failure}", evidence)
    changes = _changes(schemas, [database.schema() for database in databases])
    evidence["schema_changes"] = changes
    if changes == []:
        return not_run("this release's migrations changed nothing of the schema", evidence)
    return _judged(old, journeys, before, previous, evidence)


def _judged(
    old: "Stage",
    journeys: OperationsSpec,
    before: Seen,
    previous: Previous,
    evidence: dict[str, Any],
) -> Outcome:
    old.say(f"starting {previous.name} on the new schema")
    try:
        _await_ready(old)
    except DidNotStart as failure:
        why = f"{previous.name} does not start on the new schema: {failure}"
        return broke(why, evidence)
    after = _played(old, journeys)
    lost = [one for name, steps in before.items() for one in _lost(steps, after[name])]
    evidence["lost"] = [str(one) for one in lost[:_NAMED_AT_MOST]]
    if lost:
        words = old.service().last_words(old.secrets)
        return broke(f"{previous.name} on the new schema: {lost[0]}; {words}", evidence)
    return held(evidence)


def _await_ready(stage: "Stage") -> None:
    """Started, and saying so where it has a word for it; raises DidNotStart."""
    service, health = stage.service(), stage.spec.health
    if health.readiness is None:
        return
    if service.await_good(health.readiness, health.timeout_s, health.startup_s) is None:
        words = service.last_words(stage.secrets)
        raise DidNotStart(f"{health.readiness} never said yes; {words}")


def _played(stage: "Stage", known: OperationsSpec) -> Seen:
    """Every journey that presupposes nothing of what stands around the service."""
    journeys = [one for one in known.journeys if one.steps and not one.presupposes]
    service = stage.service()
    return {one.name: list(play(service, one, _ANSWER_WITHIN_S)) for one in journeys}


def _lost(before: Sequence[Played], after: Sequence[Played]) -> Iterable[Lost]:
    for number, played in enumerate(before):
        now = after[number] if number < len(after) else None
        if played.is_as_expected and not (now and now.is_as_expected):
            yield Lost(played, now)


def _changes(
    before: Sequence[tuple[str, ...] | None], after: Sequence[tuple[str, ...] | None]
) -> list[str] | None:
    """Lines that came and went; None where nothing here tells what a schema is."""
    if None in before or None in after:
        return None
    pairs = zip(before, after, strict=True)
    lines = [line for old, new in pairs for line in unified_diff(old or (), new or (), n=0)]
    return _named(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _named(lines: Iterable[str]) -> list[str]:
    told = sorted(lines) if isinstance(lines, frozenset) else list(lines)
    return told[:_NAMED_AT_MOST]


PROBE = Probe(
    "old_release_on_new_schema",
    "the previous release still works on the schema that this one leaves",
    SERVICE_FILES,
    ("runtime", "health", "dependencies", "configuration", "migrations", "journeys"),
    run,
)
