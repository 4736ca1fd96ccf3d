"""old_release_on_new_schema: migrations that add and that take away, in made histories."""

import shutil
import sys
from pathlib import Path

import pytest

from opsready.facts.gather import gather
from opsready.hats.pack import Pack
from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.probes.old_release_on_new_schema import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.stage.postgresql import find_programs
from opsready.rehearsal.stage.stage import Stage
from opsready.sources.read import read
from opsready.spec.decide import decide
from opsready.spec.load import load
from tests.rehearsal.build import SERVICES, commit, make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

ORDERS = Path(__file__).parents[3] / "examples" / "orders"
STATED = f"""\
service: {{name: notes}}
runtime:
  install: []
  prepare: [[{sys.executable}, migrate.py]]
  start: [{sys.executable}, notes.py]
health: {{readiness: /ready, startup_s: 20}}
dependencies: [{{name: postgresql, kind: postgresql, critical: true}}]
configuration:
- {{name: PORT, rehearsal: '{{port}}'}}
- {{name: DATABASE_URL, secret: true, rehearsal: '{{postgresql}}'}}
- {{name: PSQL, rehearsal: {find_programs()[1] / "psql"}}}
- {{name: CHECKS_SCHEMA, rehearsal: '{{checks}}'}}
journeys:
- name: write a note
  steps: [{{method: POST, path: /notes, expects: 201}}, {{method: GET, path: /notes, expects: 200}}]
"""
NOTES = {
    "opsready.yaml": STATED.replace("{checks}", ""),
    "notes.py": (SERVICES / "notes.py").read_text(encoding="utf-8"),
    "migrate.py": (SERVICES / "migrate.py").read_text(encoding="utf-8"),
    "migrations/0001_notes.sql": "CREATE TABLE notes (id serial PRIMARY KEY, body text)",
}


def tried(tree: Path, previous: str = "") -> Outcome:
    """What the probe says of a tree as it lies there, its spec decided from its files."""
    bundle = read(tree)
    spec = decide(gather(bundle), load(bundle))
    with Stage(spec, Pack(bundle), lambda _: None) as stage:
        outcome = PROBE.run(Rehearsal(spec, Pack(bundle), stage, previous))
        assert not any(one.is_up for one in stage.backings.all), "the shared stage is left alone"
    return outcome


def migrated(tree: Path, step: str, **changed: str) -> Outcome:
    """The notes, and after their first release a migration."""
    make_tree(tree, {**NOTES, **changed})
    commit(tree, "the first release")
    make_tree(tree, {"migrations/0002_more.sql": step})
    commit(tree, "the second")
    return tried(tree)


def test_it_holds_when_the_migration_only_adds(tmp_path: Path) -> None:
    outcome = migrated(tmp_path, "ALTER TABLE notes ADD COLUMN author text")
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert str(outcome.evidence["previous"]).startswith("commit ")
    assert {k: v for k, v in outcome.evidence.items() if k != "previous"} == {
        "migrations_since": ["migrations/0002_more.sql"],
        "requests": 2,
        "as_expected": 2,
        "schema_changes": ["-    body text", "+    body text,", "+    author text"],
        "lost": [],
    }


@pytest.mark.parametrize(
    ("step", "lost", "printed"),
    [
        (
            "ALTER TABLE notes DROP COLUMN body",
            "write a note: POST /notes: 500, 201 before the migration",
            'ERROR:  column "body" of relation "notes" does not exist',
        ),
        (
            "ALTER TABLE notes RENAME COLUMN body TO words",
            "write a note: POST /notes: 500, 201 before the migration",
            'column "body" of relation "notes" does not exist',
        ),
        (
            "ALTER TABLE notes ADD COLUMN author text NOT NULL DEFAULT 'ada'; "
            "ALTER TABLE notes ALTER COLUMN author DROP DEFAULT",
            "write a note: POST /notes: 500, 201 before the migration",
            'null value in column "author" of relation "notes" violates not-null constraint',
        ),
        (
            "ALTER TABLE notes RENAME TO words; CREATE VIEW notes AS SELECT id FROM words",
            "write a note: POST /notes: 500, 201 before the migration",
            "does not exist",
        ),
    ],
    ids=["drops a column", "renames it", "demands a new one", "puts a view in its place"],
)
def test_it_breaks_when_the_migration_takes_away(
    tmp_path: Path, step: str, lost: str, printed: str
) -> None:
    outcome = migrated(tmp_path, step)
    assert outcome.result is Result.BROKE
    assert f"on the new schema: {lost}; it printed: " in outcome.why
    assert printed in outcome.why
    assert outcome.evidence["lost"][0] == lost


def test_it_breaks_when_the_migration_fails_on_the_data_that_is_there(tmp_path: Path) -> None:
    outcome = migrated(tmp_path, "ALTER TABLE notes ADD COLUMN author text NOT NULL")
    assert outcome.result is Result.BROKE
    assert "migrate.py` failed, exit code 1" in outcome.why


def test_it_breaks_when_the_previous_release_refuses_the_new_schema(tmp_path: Path) -> None:
    stated = STATED.replace("{checks}", "yes")
    outcome = migrated(tmp_path, "CREATE TABLE more ()", **{"opsready.yaml": stated})
    assert outcome.result is Result.BROKE
    assert "does not start on the new schema: ended with exit code 1" in outcome.why
    assert outcome.why.endswith("this database is of another release")


def test_it_is_not_run_when_the_migrations_change_nothing(tmp_path: Path) -> None:
    outcome = migrated(tmp_path, "SELECT 1")
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "this release's migrations changed nothing of the schema"


def test_it_is_not_run_when_the_previous_release_does_not_even_start(tmp_path: Path) -> None:
    outcome = migrated(tmp_path, "CREATE TABLE b ()", **{"notes.py": "raise SystemExit('no')\n"})
    assert outcome.result is Result.NOT_RUN
    assert "does not start on its own schema: " in outcome.why


def test_it_is_not_run_without_a_history_and_says_how_to_give_one(tmp_path: Path) -> None:
    make_tree(tmp_path, NOTES)
    outcome = tried(tmp_path)
    assert outcome.result is Result.NOT_RUN
    assert outcome.why.startswith("no previous release to try: ")
    assert outcome.why.endswith("; give one with --previous, a commit or a folder")


def test_a_folder_can_be_the_previous_release(tmp_path: Path) -> None:
    make_tree(tmp_path / "old", NOTES)
    make_tree(tmp_path / "new", {**NOTES, "migrations/0002_more.sql": "CREATE TABLE more ()"})
    outcome = tried(tmp_path / "new", str(tmp_path / "old"))
    assert (outcome.result, outcome.evidence["previous"]) == (Result.HELD, "the folder old")


def test_it_is_not_run_without_migrations(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, make_shop_spec(), make_tree(tmp_path))
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "no migrations are known: state migrations.command in opsready.yaml"


RENAMED = """\
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    op.{change}
"""


@pytest.mark.parametrize(
    ("change", "result", "lost"),
    [
        ('add_column("orders", sa.Column("note", sa.Text))', Result.HELD, []),
        ('alter_column("orders", "total_cents", new_column_name="total")', Result.BROKE, ["500"]),
    ],
    ids=["expands", "contracts"],
)
def test_orders_with_one_more_migration(
    tmp_path: Path, change: str, result: Result, lost: list[str]
) -> None:
    shutil.copytree(ORDERS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ops*"))
    commit(tmp_path, "as it is")
    steps = sorted(path.name[:4] for path in (tmp_path / "migrations/versions").glob("0*.py"))
    text = RENAMED.format(before=steps[-1], change=change)
    text = text.replace("from alembic", "import sqlalchemy as sa\nfrom alembic", 1)
    make_tree(tmp_path, {"migrations/versions/9999_more.py": text})
    outcome = tried(tmp_path)
    assert outcome.result is result, outcome.why
    assert outcome.evidence["migrations_since"] == ["migrations/versions/9999_more.py"]
    assert bool(outcome.evidence["lost"]) is bool(lost)
    assert all(any(status in one for one in outcome.evidence["lost"]) for status in lost)
