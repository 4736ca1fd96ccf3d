"""How code is started."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.start import READER
from tests.facts.readers.python.stated import values

SCRIPT = {"pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n'}
MAIN = 'if __name__ == "__main__":\n'


def commands(files: dict[str, str] | str) -> list[object]:
    found = values(READER, files, Claim.START_COMMAND)
    return [(v["command"], *(["development"] if v.get("development") else [])) for v in found]


@pytest.mark.parametrize(
    ("cli", "command"),
    [
        ("import uvicorn\ndef main(): uvicorn.run('shop:app')\n", "shop"),
        ("import uvicorn\ndef main(): serve()\ndef serve(): uvicorn.run('a:b')\n", "shop"),
        ("import click, uvicorn\n@click.group()\ndef main(): ...\n"
         "@main.command()\ndef run_server(): uvicorn.run('a:b')\n"
         "@main.command()\ndef load(): ...\n", "shop run-server"),
        ("import typer, uvicorn\nmain = typer.Typer()\n"
         "@main.command('serve')\ndef s(): uvicorn.run('a:b')\n", "shop serve"),
        ("import typer, uvicorn\nmain = typer.Typer()\nsub = typer.Typer()\n"
         "main.add_typer(sub, name='web')\n"
         "@sub.command()\ndef start(): uvicorn.run('a:b')\n", "shop web start"),
        ("from pyramid.scripts import pserve\nimport argparse\n"
         "def main():\n    p = argparse.ArgumentParser()\n    s = p.add_subparsers()\n"
         "    for c in ('start', 'migrate'):\n        s.add_parser(c)\n"
         "    c = p.parse_args().which\n    if c == 'migrate':\n        migrate()\n"
         "    elif c == 'start':\n        pserve.main(argv=[])\n", "shop start"),
        ("import argparse, waitress\n"
         "def main():\n    s = argparse.ArgumentParser().add_subparsers()\n"
         "    w = s.add_parser('web')\n    w.set_defaults(func=web)\n"
         "def web(args): waitress.serve(app)\n", "shop web"),
    ],
)  # fmt: skip
def test_a_console_script_that_serves_is_the_command(cli: str, command: str) -> None:
    assert commands({"shop/__init__.py": "", "shop/cli.py": cli, **SCRIPT}) == [(command,)]


def test_a_command_that_listens_to_its_own_machine_says_how_to_change_that() -> None:
    cli = (
        "import click, uvicorn\n@click.command()\n@click.option('-h', '--host', "
        "default='127.0.0.1')\n@click.option('--port', default=8001)\n"
        "def main(host, port): uvicorn.run('a:b', host=host, port=port)\n"
    )
    files = {"shop/__init__.py": "", "shop/cli.py": cli, **SCRIPT}
    told = {"command": "shop", "host": "127.0.0.1", "host_option": "--host"}
    assert values(READER, files, Claim.START_COMMAND) == [told]
    everywhere = {**files, "shop/cli.py": cli.replace("127.0.0.1", "0.0.0.0")}
    assert values(READER, everywhere, Claim.START_COMMAND) == [{"command": "shop"}]


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("main.py", f"import uvicorn\n{MAIN}    uvicorn.run('main:app')\n", [("python main.py",)]),
        ("shop/__main__.py", f"import uvicorn\n{MAIN}    uvicorn.run('a:b')\n",
         [("python -m shop",)]),
        ("main.py", f"import uvicorn\n{MAIN}    uvicorn.run('main:app', reload=True)\n",
         [("python main.py", "development")]),
        ("main.py", f"from flask import Flask\napp = Flask('a')\n{MAIN}    app.run()\n",
         [("python main.py", "development")]),
        ("manage.py", "from django.core.management import execute_from_command_line\n"
         "execute_from_command_line()\n", [("python manage.py runserver", "development")]),
        ("main.py", f"{MAIN}    print(1)\n", []),
    ],
)  # fmt: skip
def test_a_file_that_serves_is_run_as_a_file(path: str, code: str, told: list[object]) -> None:
    assert commands({path: code}) == told


@pytest.mark.parametrize(
    ("path", "code", "ports"),
    [
        ("app.py", "import uvicorn\nuvicorn.run(app, port=9000)\n", [9000]),
        ("app.py", "import uvicorn\nuvicorn.run(app)\n", [8000]),
        ("app.py", "import uvicorn\nuvicorn.run(app, **options)\n", []),
        ("app.py", "import uvicorn\nuvicorn.run(app, port=ask())\n", []),
        ("app.py", "import uvicorn\nuvicorn.run(app, uds='/run/a')\n", []),
        ("app.py", "from aiohttp import web\nweb.run_app(app)\n", [8080]),
        ("app.py", "import os\nPORT = int(os.environ.get('PORT', '8081'))\n", [8081]),
        ("app.py", "import os\nPORT = os.environ.get('REDIS_PORT', '6379')\n", []),
        ("gunicorn.conf.py", "bind = '0.0.0.0:8002'\n", [8002]),
        ("gunicorn.conf.py", "bind = 'unix:/run/a.sock'\n", []),
    ],
)
def test_ports_of_servers_and_defaults(path: str, code: str, ports: list[int]) -> None:
    assert values(READER, {path: code}, Claim.PORT) == ports


def test_a_module_that_tries_itself_says_nothing_of_a_service_with_a_script() -> None:
    tried = f"import uvicorn\n{MAIN}    uvicorn.run('a:b', port=8000)\n"
    cli = "import uvicorn\ndef main(): uvicorn.run('a:b', port=3080)\n"
    files = {"shop/__init__.py": "", "shop/cli.py": cli, "shop/news.py": tried, **SCRIPT}
    assert values(READER, files, Claim.PORT) == [3080]


def test_settings_give_gunicorn_its_defaults() -> None:
    files = {
        "config.py": "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    port: int = 8000\n"
        "    web_concurrency: int = Field(default=2, ge=1)\n",
        "gunicorn.conf.py": "from config import Settings\nsettings = Settings()\n"
        "bind = f'0.0.0.0:{settings.port}'\nworkers = settings.web_concurrency\n",
    }
    assert values(READER, files, Claim.WORKERS) == [{"count": 2}]
    assert set(values(READER, files, Claim.PORT)) == {8000}


def test_workers_that_count_processors_are_not_known() -> None:
    code = "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n"
    assert values(READER, {"gunicorn.conf.py": code}, Claim.WORKERS) == []


def test_the_configuration_that_a_command_names_is_the_one() -> None:
    files = {
        "gunicorn.conf.py": "workers = 1\n",
        "deploy.py": "workers = 3\n",
        "Procfile": "web: gunicorn -c deploy.py app:app\n",
    }
    assert values(READER, files, Claim.WORKERS) == [{"count": 3}]
