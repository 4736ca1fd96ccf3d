"""What the command that starts a service says."""

import pytest

from opsready.documents.start_command import StartCommand


@pytest.mark.parametrize(
    ("text", "workers", "port"),
    [
        ("gunicorn -w 4 -b 0.0.0.0:8000 shop:app", 4, 8000),
        ("uvicorn shop:app --host 0.0.0.0 --port 9000 --workers 2", 2, 9000),
        ("uvicorn shop:app --port $PORT", None, None),
        ("sh -c 'kinto migrate && kinto start --port 8888'", None, 8888),
        ("python manage.py runserver 0.0.0.0:8080", None, 8080),
        ("uwsgi --http-port 80 -p 8", 8, 80),
        ("celery worker -w 4", None, None),
        ("node server.js", None, None),
        ("gunicorn 'unclosed", None, None),
    ],
)
def test_workers_and_port(text: str, workers: int | None, port: int | None) -> None:
    command = StartCommand(text)
    assert (command.workers, command.port) == (workers, port)


@pytest.mark.parametrize(
    ("text", "migration"),
    [
        ("alembic upgrade head && gunicorn shop:app", "alembic upgrade"),
        ("sh -c 'python manage.py migrate; gunicorn x'", "manage.py migrate"),
        ("alembic upgrade head", None),
        ("gunicorn shop:app", None),
        ("echo migrate && gunicorn x", None),
    ],
)
def test_a_migration_counts_where_the_service_starts_after_it(
    text: str, migration: str | None
) -> None:
    assert StartCommand(text).migration == migration
