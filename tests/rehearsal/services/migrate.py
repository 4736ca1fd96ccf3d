"""Brings the schema of the notes forward: every file of migrations/ that was not applied yet."""

from pathlib import Path

from notes import sql

sql("CREATE TABLE IF NOT EXISTS applied (name text PRIMARY KEY)")
done = sql("SELECT name FROM applied").split()
for step in sorted(Path("migrations").glob("*.sql")):
    if step.name not in done:
        sql(f"BEGIN; {step.read_text()}; INSERT INTO applied VALUES ('{step.name}'); COMMIT")
