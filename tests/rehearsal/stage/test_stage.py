"""The stage: what a service is given, how it may fail, and that nothing of it remains."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from opsready.rehearsal.stage import postgresql
from opsready.rehearsal.stage.ports import LOOPBACK, free_port
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart
from opsready.spec.spec import Spec
from tests.rehearsal.build import SHOP, make_script_spec, make_shop_spec, make_tree

pytestmark = pytest.mark.usefixtures("stages")

SHOWS_ITS_ENVIRONMENT = """
import http.server, json, os
class Show(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(dict(os.environ, cwd=os.getcwd())).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
open("written-by-the-service", "w").write("x")
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Show).serve_forever()
"""


def listening(host: str = "'127.0.0.1'", port: str = "int(os.environ['PORT'])") -> str:
    """A script that serves its folder where two expressions say."""
    return (
        "import configparser, http.server, os, sys\n"
        f"address = ({host}, {port})\n"
        "files = http.server.SimpleHTTPRequestHandler\n"
        "http.server.HTTPServer(address, files).serve_forever()\n"
    )


def failure_of(tree: Path, spec: Spec, files: dict[str, str]) -> tuple[type[Exception], str]:
    """How the service fails to start, and what is said about it."""
    with Stage(spec, make_tree(tree, files), lambda _: None) as stage:
        with pytest.raises((CannotStage, DidNotStart)) as caught:
            stage.service()
        with pytest.raises(type(caught.value)):
            stage.service()
        return type(caught.value), str(caught.value)


def test_a_service_gets_what_the_spec_says_and_no_credential_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_000000000000000000000000")
    spec = make_script_spec(
        "app.py",
        configuration=[
            {"name": "PORT", "rehearsal": "{port}"},
            {"name": "LEVEL", "rehearsal": "debug", "default": "info"},
            {"name": "SESSION_KEY", "secret": True, "required": True},
        ],
    )
    pack = make_tree(tmp_path, {"app.py": SHOWS_ITS_ENVIRONMENT})
    with Stage(spec, pack, lambda _: None) as stage:
        seen = json.loads(stage.service().get("/", 5).body)
        directory = str(stage.directory)
        assert stage.secrets.hidden_in(seen["SESSION_KEY"]) == "***"
    known = {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONUNBUFFERED", "OPSREADY_STAGE", "LC_CTYPE"}
    assert seen.keys() - known == {"PORT", "LEVEL", "SESSION_KEY", "cwd"}
    assert seen["LEVEL"] == "debug"
    assert all(seen[name].startswith(directory) for name in ("HOME", "TMPDIR", "cwd"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py"], "the tree is untouched"


def test_files_and_commands_of_the_spec_come_before_the_start(tmp_path: Path) -> None:
    made = "open('made', 'w').write('${GREETING:-hello}')"
    spec = make_script_spec(
        "app.py",
        runtime={
            "files": {"config/app.ini": "[app]\nport = {port}\nformat = {level}\n"},
            "prepare": [[sys.executable, "-c", made]],
        },
    )
    app = (
        "import configparser\n"
        "settings = configparser.ConfigParser()\n"
        "settings.read('config/app.ini')\n"
        "assert open('made').read() == 'hello'\n"
    ) + listening(port="settings.getint('app', 'port')")
    with Stage(spec, make_tree(tmp_path, {"app.py": app}), lambda _: None) as stage:
        assert stage.service().get("/config/app.ini", 5).body.endswith(b"format = {level}\n")
        first = stage.service().port
        assert stage.fresh_service().port != first, "each start has a port of its own"


def test_a_port_that_the_command_names_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    start = [sys.executable, "app.py", "--host", "0.0.0.0", "--port", "8000"]
    app = listening("sys.argv[2]", "int(sys.argv[4])")
    spec = make_script_spec(runtime={"start": start, "port": 8000})
    with Stage(spec, make_tree(tmp_path, {"app.py": app}), lambda _: None) as stage:
        assert stage.service().port != 8000
        assert stage.service().get("/app.py", 5).is_good


def test_a_port_that_is_fixed_in_the_code_is_found(tmp_path: Path) -> None:
    port = free_port()
    pack = make_tree(tmp_path, {"app.py": listening(port=str(port))})
    with Stage(make_script_spec("app.py"), pack, lambda _: None) as stage:
        assert stage.service().port == port


def test_a_fixed_port_that_is_taken_says_nothing_about_the_service(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, free_port())) as other:
        port = other.getsockname()[1]
        spec = make_script_spec("app.py", runtime={"port": port})
        kind, why = failure_of(tmp_path, spec, {"app.py": listening(port=str(port))})
    assert kind is CannotStage
    assert why.startswith(f"port {port}, which it fixes, is taken on this machine; it ended with")
    assert "Address already in use" in why


def test_a_service_that_listens_beyond_loopback_is_stopped_at_once(tmp_path: Path) -> None:
    app = listening(host="'0.0' + '.0.0'")
    kind, why = failure_of(tmp_path, make_script_spec("app.py"), {"app.py": app})
    assert kind is CannotStage
    assert "it listens on 0.0.0.0:" in why
    assert "let its host be 127.0.0.1" in why


@pytest.mark.parametrize(
    ("app", "why"),
    [
        ("print('all done')", "ended with exit code 0"),
        ("print('all done')", "a service stays in the foreground: all done"),
        ("raise SystemExit('no settings')", "ended with exit code 1"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with signal SIGSEGV"),
        ("import os, time\nif os.fork() == 0: time.sleep(600)", "leaving 1 processes behind"),
        (
            "import os\nwhile True:\n try: os.fork()\n except OSError: pass",
            "more than 256 processes",
        ),
    ],
    ids=["exits 0", "says so", "exits 1", "signal", "daemon", "forks"],
)
def test_a_service_that_does_not_stay_is_an_answer(tmp_path: Path, app: str, why: str) -> None:
    kind, told = failure_of(tmp_path, make_script_spec("app.py"), {"app.py": app})
    assert kind is DidNotStart
    assert why in told


def test_a_service_that_floods_its_log_and_never_listens_is_ended(tmp_path: Path) -> None:
    app = "while True: print('x' * 100_000)"
    spec = make_script_spec("app.py", health={"readiness": "/ready", "startup_s": 1})
    kind, told = failure_of(tmp_path, spec, {"app.py": app})
    assert kind is DidNotStart
    assert told.startswith("did not listen on any port within 1 s (")
    assert "MiB printed): xxx" in told
    assert len(told) < 4000


def test_secrets_that_a_service_prints_are_not_in_the_reason(tmp_path: Path) -> None:
    words = "f'cannot log in with {os.environ[\"KEY\"]} of AKIAIOSFODNN7EXAMPLE'"
    app = f"import os; raise SystemExit({words})"
    spec = make_script_spec(
        "app.py", configuration=[{"name": "KEY", "secret": True, "rehearsal": "correct-horse"}]
    )
    _, told = failure_of(tmp_path, spec, {"app.py": app})
    assert "cannot log in with *** of ***" in told


def test_a_migration_that_fails_is_an_answer_with_its_last_words(tmp_path: Path) -> None:
    prepare = [[sys.executable, "-c", "raise SystemExit('no such table')"]]
    spec = make_script_spec("app.py", runtime={"prepare": prepare})
    kind, told = failure_of(tmp_path, spec, {"app.py": "pass"})
    assert kind is DidNotStart
    assert told.endswith("failed, exit code 1: no such table")


def test_a_file_that_only_an_image_has_says_nothing_about_the_service(tmp_path: Path) -> None:
    script = "import sys; open(sys.argv[1])"
    command = [sys.executable, "-c", script, "/etc/shop/only-in-the-image.ini"]
    spec = make_script_spec("app.py", runtime={"prepare": [command]})
    kind, told = failure_of(tmp_path, spec, {"app.py": "pass"})
    assert kind is CannotStage
    assert told == (
        "this machine has no /etc/shop/only-in-the-image.ini, which a command names: state "
        "runtime.prepare and runtime.start in opsready.yaml with paths of the tree"
    )


def test_a_variable_that_nobody_gave_is_named_when_the_start_fails(tmp_path: Path) -> None:
    spec = make_script_spec("app.py", configuration=[{"name": "REGION", "required": True}])
    _, told = failure_of(tmp_path, spec, {"app.py": "import os; os.environ['REGION']"})
    assert told.endswith("required and without a value for rehearsals: REGION")


def test_a_command_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    spec = make_script_spec(runtime={"start": ["no-such-server"]})
    kind, told = failure_of(tmp_path, spec, {"app.py": "pass"})
    assert kind is DidNotStart
    assert told.startswith("no-such-server: No such file or directory (looked for in ")


def test_without_a_start_command_there_is_nothing_to_try(tmp_path: Path) -> None:
    kind, told = failure_of(tmp_path, make_script_spec(runtime={"start": []}), {"app.py": "pass"})
    assert (kind, told) == (
        CannotStage,
        "no start command is known: state runtime.start in opsready.yaml",
    )


def test_a_dependency_for_which_nothing_stands_in_matters_if_it_is_critical(tmp_path: Path) -> None:
    queue = {"name": "events", "kind": "kafka", "critical": True}
    kind, told = failure_of(tmp_path, make_shop_spec(dependencies=[queue]), {"shop.py": SHOP})
    assert (kind, told) == (CannotStage, "nothing on this machine stands in for kafka")
    spec = make_shop_spec(dependencies=[queue | {"critical": False}])
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        assert stage.service().get("/ready", 5).is_good
        assert stage.backings.left_out == ("events",)


def test_a_database_that_does_not_start_says_nothing_about_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql._SETTINGS, "shared_buffers", "nonsense")
    kind, told = failure_of(tmp_path, make_shop_spec(database=True), {"shop.py": SHOP})
    assert kind is CannotStage
    assert told.startswith("PostgreSQL did not start: ")


def test_a_file_of_the_spec_cannot_be_written_outside_of_the_copy(tmp_path: Path) -> None:
    spec = make_script_spec("app.py", runtime={"files": {"../../escaped.ini": "x"}})
    kind, told = failure_of(tmp_path, spec, {"app.py": "pass"})
    assert (kind, told) == (
        CannotStage,
        "runtime.files: ../../escaped.ini lies outside of the tree",
    )


@pytest.fixture
def small_disk(stages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 8 MiB on which stages are made."""
    place = stages / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root mounts a small disk")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_service_that_runs_into_a_full_disk_is_not_blamed(
    tmp_path: Path, small_disk: Path
) -> None:
    app = "open('data', 'wb').write(b'x' * 20_000_000)"
    kind, told = failure_of(tmp_path, make_script_spec("app.py"), {"app.py": app})
    assert kind is CannotStage
    assert told.startswith("the disk of this machine is full; it ended with exit code 1")
    assert list(small_disk.iterdir()) == []


def test_a_database_that_runs_into_a_full_disk_says_so(tmp_path: Path, small_disk: Path) -> None:
    kind, told = failure_of(tmp_path, make_shop_spec(database=True), {"shop.py": SHOP})
    assert kind is CannotStage
    # Where the environment is closed to others its programs are copied first.
    assert told.startswith(("initdb failed: ", "no room for a copy of postgres in "))
    assert "No space left on device" in told
    assert list(small_disk.iterdir()) == []


def test_without_room_for_a_stage_the_place_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = make_tree(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with (
        pytest.raises(CannotStage, match=r"no room for a rehearsal in .*/missing: "),
        Stage(make_shop_spec(), pack, lambda _: None),
    ):
        pass


def test_everything_is_gone_when_the_stage_is_left_and_the_service_fails_to_stop(
    tmp_path: Path,
) -> None:
    spec = make_shop_spec(
        "ignores_sigterm", runtime={"prepare": [["mkdir", "closed"], ["chmod", "0", "closed"]]}
    )
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        service = stage.service()
        directory, pid, port = stage.directory, service.process.pid, service.port
        service.terminate()
        assert directory.is_dir()
    assert not directory.exists()
    assert not psutil.pid_exists(pid)
    with socket.create_server((LOOPBACK, port)):
        pass


def test_everything_is_gone_when_an_exception_leaves_the_stage(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="from inside"),
        Stage(make_shop_spec(), make_tree(tmp_path), lambda _: None) as stage,
    ):
        stage.service()
        raise RuntimeError("from inside")
    assert not stage.directory.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to give up")
def test_root_does_not_run_databases_as_root(tmp_path: Path) -> None:
    spec = make_shop_spec(database=True)
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        stage.raise_backings()
        running = psutil.process_iter(["name", "cmdline", "uids"])
        owners = {
            process.info["uids"].real
            for process in running
            if process.info["name"] == "postgres"
            and str(stage.directory) in " ".join(process.info["cmdline"] or ())
        }
    assert owners
    assert 0 not in owners


def test_workers_are_the_processes_that_accept_not_their_parent(tmp_path: Path) -> None:
    spec = make_shop_spec(configuration=[{"name": "WORKERS", "rehearsal": "3"}])
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        service = stage.service()
        service.await_good("/ready", 5, 20)
        assert service.workers() == 3
