"""Which variables a watched service asks for, and where."""

import subprocess
import sys
from pathlib import Path

import pytest

from opsready.rehearsal.stage.asked import Asked, asked_for, watching

ASKS = """\
import os
os.environ["STRIPE_API_KEY"]
os.getenv("REGION", "eu")
"DEBUG" in os.environ
"""


def asked_by(tree: Path, files: dict[str, str], *command: str, **environment: str) -> list[Asked]:
    """What the program of a tree asks for when it is run, in a folder that is not the tree."""
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    notes = tree.parent / "notes"
    given = {"STRIPE_API_KEY": "k-1", **environment}
    given |= watching(given, tree, notes)
    arguments = [sys.executable, *(command or (str(tree / "shop.py"),))]
    done = subprocess.run(arguments, env=given, cwd=tree.parent, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return asked_for(notes)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path / "tree"


def test_each_variable_is_noted_once_with_the_line_that_asks(tree: Path) -> None:
    assert asked_by(tree, {"shop.py": ASKS + 'os.environ.get("REGION")\n'}) == [
        Asked("DEBUG", "shop.py", 4),
        Asked("REGION", "shop.py", 3),
        Asked("STRIPE_API_KEY", "shop.py", 2),
    ]


def test_a_secret_is_known_by_its_name_and_no_value_is_noted(tree: Path) -> None:
    found = asked_by(tree, {"shop.py": ASKS})
    assert [asked.name for asked in found if asked.secret] == ["STRIPE_API_KEY"]
    assert "k-1" not in (tree.parent / "notes").read_text()


@pytest.mark.parametrize(
    "walk", ["dict(os.environ)", "os.environ.copy()", "list(os.environ.items())", "{**os.environ}"]
)
def test_who_walks_through_the_whole_environment_asks_for_nothing(tree: Path, walk: str) -> None:
    assert asked_by(tree, {"shop.py": f"import os\n{walk}\n"}) == []


def test_what_python_and_libraries_ask_for_themselves_is_not_the_service_asking(tree: Path) -> None:
    shop = "import sys\nsys.path.append('lib')\nimport http.client, tempfile, lib\n"
    library = {"../lib/lib.py": "import os\nos.getenv('LIB_CACHE')\n"}
    assert asked_by(tree, {"shop.py": shop + "tempfile.gettempdir()\n", **library}) == []


def test_a_question_put_through_a_library_for_settings_is_the_service_asking(tree: Path) -> None:
    library = {"lib/site-packages/decouple.py": "import os\ndef config(n): return os.getenv(n)\n"}
    shop = "import sys\nsys.path.append('tree/lib/site-packages')\nimport decouple\n"
    found = asked_by(tree, {"shop.py": shop + "decouple.config('QUEUE')\n", **library})
    assert found == [Asked("QUEUE", "shop.py", 4)]


def test_code_of_the_tree_that_was_installed_is_the_service(tree: Path) -> None:
    """`pip install .` copies the package into the environment's site-packages."""
    code = "import os\nos.getenv('TENANT')\n"
    files = {"src/shop/app.py": code, "../venv/site-packages/shop/app.py": code}
    run = f"exec(compile(open({'venv/site-packages/shop/app.py'!r}).read(), PATH, 'exec'))"
    run = run.replace("PATH", "'/venv/lib/site-packages/shop/app.py'")
    assert asked_by(tree, files, "-c", run) == [Asked("TENANT", "shop/app.py", 2)]


def test_a_child_process_is_watched_as_well(tree: Path) -> None:
    shop = "import subprocess, sys\nsubprocess.run([sys.executable, 'tree/worker.py'])\n"
    found = asked_by(tree, {"shop.py": shop, "worker.py": "import os\nos.getenv('QUEUE')\n"})
    assert found == [Asked("QUEUE", "worker.py", 2)]


def test_a_start_hook_of_the_service_has_its_turn(tree: Path) -> None:
    hook = {"hooks/sitecustomize.py": "import os\nos.environ['HOOKED'] = 'yes'\n"}
    shop = "import os\nassert os.environ['HOOKED'] == 'yes'\n"
    found = asked_by(tree, {"shop.py": shop, **hook}, PYTHONPATH=str(tree / "hooks"))
    assert found == [Asked("HOOKED", "shop.py", 2)]


def test_notes_that_cannot_be_written_do_not_disturb_the_service(tree: Path) -> None:
    (tree.parent / "notes").mkdir()
    assert asked_by(tree, {"shop.py": ASKS}) == []


def test_lines_that_are_no_notes_are_left_out(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text("no note\nA\tb.py\tx\nrm -rf\tb.py\t1\nHOME\tb.py\t2\nREGION\tb.py\t3\n")
    assert asked_for(notes) == [Asked("REGION", "b.py", 3)]
