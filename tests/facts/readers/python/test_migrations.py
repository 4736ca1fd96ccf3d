"""How the schema is brought forward."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.migrations import READER
from tests.facts.readers.python.stated import values

INI = "[alembic]\nscript_location = {}\n"
STEP = "from alembic import op\n"
DJANGO = "from django.db import migrations\nclass Migration(migrations.Migration): ...\n"
CLI = {"pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n'}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"alembic.ini": INI.format("migrations"), "migrations/versions/1.py": STEP},
         [{"tool": "alembic", "command": "alembic upgrade head", "path": "migrations"}]),
        ({"api/alembic.ini": INI.format("%(here)s/db"), "api/db/versions/1.py": STEP},
         [{"tool": "alembic", "command": "alembic -c api/alembic.ini upgrade head",
           "path": "api/db"}]),
        ({"api/alembic.ini": INI.format("db"), "api/db/versions/1.py": STEP,
          "api/start.py": "from alembic import command\ncommand.upgrade(config, 'head')\n"},
         [{"tool": "alembic", "command": None, "path": "api/db"}]),
        ({"alembic.ini": INI.format("migrations")}, []),
        ({"manage.py": "", "shop/migrations/0001_initial.py": DJANGO},
         [{"tool": "django", "command": "python manage.py migrate", "path": "shop/migrations"}]),
        ({"shop/migrations/0001_initial.py": DJANGO}, []),
        ({"test_project/manage.py": "", "shop/migrations/0001_initial.py": DJANGO}, []),
        ({"app.py": "from flask_migrate import Migrate\nMigrate(app, db)\n",
          "migrations/versions/1.py": STEP, "migrations/alembic.ini": INI.format("migrations")},
         [{"tool": "flask-migrate", "command": "flask db upgrade", "path": "migrations"}]),
        ({"app.py": "", "yoyo.ini": "[DEFAULT]\nsources = steps\n"},
         [{"tool": "yoyo", "command": "yoyo apply --batch", "path": "steps"}]),
        ({"shop/__init__.py": "", **CLI,
          "shop/cli.py": "import click\n@click.group()\ndef main(): ...\n"
          "@main.command()\ndef migrate(): forward()\n"},
         [{"tool": "shop", "command": "shop migrate", "path": None}]),
        ({"shop/__init__.py": "", **CLI,
          "shop/cli.py": "def main(): migrate()\ndef migrate(): ...\n"}, []),
    ],
)  # fmt: skip
def test_each_tool_with_its_command(files: dict[str, str], told: list[object]) -> None:
    assert values(READER, files, Claim.MIGRATIONS) == told
