"""Each command's exit codes and JSON, as DESIGN §4 fixes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsready.promql.semantics import SEMANTICS
from tests.cli.answer import call
from tests.cli.trees import plant, plant_shop

GOOD = "# Done\n\n- [ ] Health check endpoint responds within 5 seconds and verifies the database\n"
VAGUE = "# Done\n\n- [ ] Monitoring is set up\n"
SECRET = {"deploy/prod.env": "DATABASE_PASSWORD=tR8vKq2mZx9wLp4n\n"}
SPEC = {"opsready.yaml": "service: {name: shop}\n"}
BAD_SPEC = {"opsready.yaml": "service: [\n"}
PROGRAM_THAT_ENDS = {
    "app.py": "raise SystemExit('no configuration')\n",
    "opsready.yaml": "service: {name: shop}\nruntime: {start: [python3, app.py]}\n"
    "health: {readiness: /ready, startup_s: 5}\n",
}

Tree = Callable[[Path], Path]


def tree(files: dict[str, str]) -> Tree:
    return lambda root: plant(root, dict(files))


def shop(faults: str = "", startup_s: float = 20) -> Tree:
    return lambda root: plant_shop(root, faults, startup_s)


@pytest.mark.parametrize(
    ("command", "made", "code"),
    [
        ("facts", tree({}), 0),
        ("observe", shop(), 0),
        ("observe", tree(PROGRAM_THAT_ENDS), 1),
        ("observe", tree(BAD_SPEC), 2),
        ("init", tree({}), 0),
        ("init", tree(SPEC), 2),
        ("review", tree({"README.md": "# Shop\n"}), 0),
        ("review", tree(SECRET), 1),
        ("review", tree(BAD_SPEC), 2),
        ("review --require nosuch", tree({}), 2),
        ("review --require hadolint", tree({"Dockerfile": "FROM debian:12\nWORKDIR app\n"}), 0),
        ("review --require hadolint --no-linters", tree({"README.md": "# Shop\n"}), 1),
        ("review --baseline missing.json", tree({}), 2),
        ("review --since HEAD", tree({}), 2),
        ("criteria", tree({"docs/unit.md": GOOD}), 0),
        ("criteria", tree(BAD_SPEC), 2),
        ("rehearse --only service_starts_healthy", shop(), 0),
        ("rehearse --only service_starts_healthy", shop("never_ready", startup_s=1), 1),
        ("rehearse --only service_starts_healthy", tree({"README.md": "# Shop\n"}), 3),
        (
            "rehearse --only service_starts_healthy --require service_starts_healthy",
            tree({"README.md": "# Shop\n"}),
            1,
        ),
        ("rehearse --only nosuch", tree({}), 2),
        ("rehearse --list", tree({}), 0),
        ("verdict", tree({"README.md": "# Shop\n"}), 3),
        ("verdict", tree(SECRET), 1),
        ("verdict", tree(BAD_SPEC), 2),
        ("verdict --require nosuch", tree({}), 2),
        ("verdict --require zizmor", tree({"README.md": "# Shop\n"}), 3),
        ("verdict --require zizmor --no-linters", tree({"README.md": "# Shop\n"}), 1),
        ("verdict --against HEAD", tree({}), 2),
        ("run --no-exec", tree({"README.md": "# Shop\n"}), 3),
        ("run --no-exec", tree(SECRET), 1),
        ("run --no-exec", tree(BAD_SPEC), 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_exit_code_says_what_was_found(
    tmp_path: Path, command: str, made: Tree, code: int, form: str
) -> None:
    name, *options = command.split()
    answer = call(name, made(tmp_path / "tree"), *options, "--format", form)
    assert answer.code == code, answer
    if code == 2:
        assert (answer.out, answer.reason[:10]) == ("", "opsready: ")
    elif form == "json":
        answer.fields(name)
    else:
        assert answer.out.strip() or name == "init"
    assert "Traceback" not in answer.err
    assert "internal error" not in answer.err
    assert "\x1b" not in answer.out + answer.err


def test_linters_are_among_what_ran_unless_they_are_left_out(tmp_path: Path) -> None:
    made = tree({"Dockerfile": "FROM debian:12\nWORKDIR app\n"})(tmp_path / "tree")
    with_them = call("review", made, "--format", "json").fields("review")
    without = call("review", made, "--format", "json", "--no-linters").fields("review")
    assert {"hadolint", "zizmor", "shellcheck", "detect-secrets"} <= set(with_them["ran"])
    assert {(f["check"], f["tool"]) for f in with_them["findings"]} >= {
        ("hadolint/DL3000", "hadolint")
    }
    assert "hadolint" not in without["ran"]
    assert {finding["tool"] for finding in without["findings"]} <= {"opsready"}


def test_a_linters_rule_is_explained_by_the_page_of_the_linter() -> None:
    answer = call("explain", "hadolint/DL3008", "--format", "json").fields("explain")
    assert (answer["id"], answer["kind"]) == ("hadolint/DL3008", "linter")
    assert (
        answer["page"] == call("explain", "hadolint", "--format", "json").fields("explain")["page"]
    )


def test_what_is_required_and_was_not_asked_for_did_not_run(tmp_path: Path) -> None:
    line = ("rehearse", plant_shop(tmp_path), "--only", "service_starts_healthy")
    answer = call(*line, "--require", "sigterm_loses_nothing")
    assert answer.code == 1
    assert answer.err.endswith(
        "opsready: sigterm_loses_nothing is required and did not run: it was not asked for\n"
    )


def test_facts_of_a_path_that_is_missing_is_2(tmp_path: Path) -> None:
    assert call("facts", tmp_path / "missing").code == 2


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (VAGUE, 1), ("# Nothing\n", 2)])
def test_criteria_takes_a_file_too(tmp_path: Path, text: str, code: int) -> None:
    assert call("criteria", plant(tmp_path, {"done.md": text}) / "done.md").code == code


@pytest.mark.parametrize(
    ("id", "kind"),
    [
        ("no-rollback", "check"),
        ("sigterm_loses_nothing", "probe"),
        ("health-verified", "criterion"),
        ("ops-engineer", "hat"),
        ("sre", "hat"),
    ],
)
def test_explain_prints_the_page_of_any_unit(id: str, kind: str) -> None:
    assert call("explain", id).out.startswith(f"# {id}\n")
    fields = call("explain", id, "--format", "json").fields("explain")
    assert (fields["id"], fields["kind"]) == (id, kind)


def test_explain_knows_what_was_nearly_meant() -> None:
    answer = call("explain", "no-rolback")
    assert (answer.code, answer.out) == (2, "")
    assert answer.reason == (
        "opsready: no check, linter, probe, criterion or hat is named no-rolback;"
        " did you mean no-rollback?"
    )


def test_explain_lists_every_id_that_it_can_explain() -> None:
    ids = call("explain", "--list", "--format", "json").fields("explain")["ids"]
    assert len(ids) > 60
    assert set(ids.values()) == {"hat", "check", "linter", "probe", "criterion"}


def keys(entry: dict[str, Any]) -> set[str]:
    return set(entry)


def test_the_json_of_facts(tmp_path: Path) -> None:
    plant(tmp_path, {"Procfile": "web: gunicorn shop:app\n", "bad.py": b"\xff"})
    fields = call("facts", tmp_path, "--format", "json").fields("facts")
    assert {"claim", "value", "path", "line", "quote", "confidence"} == keys(fields["facts"][0])
    assert {fact["confidence"] for fact in fields["facts"]} <= {"stated", "derived", "observed"}
    assert [(one["path"], one["why"][:12]) for one in fields["unread"]] == [
        ("bad.py", "is not UTF-8")
    ]


FINDING = {
    *("check", "mandate", "severity", "path", "line", "message", "remedy"),
    *("fingerprint", "tool", "suppressed", "related"),
}


def test_the_json_of_a_review(tmp_path: Path) -> None:
    fields = call("review", plant(tmp_path, dict(SECRET)), "--format", "json").fields("review")
    found = fields["findings"][0]
    assert keys(found) == FINDING
    assert (found["mandate"], found["severity"]) == ("OPS-2", "blocker")
    assert keys(fields["not_run"][0]) == {"check", "why"}
    assert found["check"] in fields["ran"]


def test_no_output_of_any_form_holds_the_secret_that_was_found(tmp_path: Path) -> None:
    plant(tmp_path, dict(SECRET))
    value = SECRET["deploy/prod.env"].partition("=")[2].strip()
    for form in ("text", "json", "sarif"):
        assert value not in call("review", tmp_path, "--format", form).out
    for command in ("facts", "verdict"):
        for form in ("text", "json"):
            assert value not in call(command, tmp_path, "--format", form).out


def test_the_json_of_criteria(tmp_path: Path) -> None:
    plant(tmp_path, {"done.md": VAGUE})
    fields = call("criteria", tmp_path / "done.md", "--format", "json").fields("criteria")
    (found,) = fields["criteria"]
    assert {"text", "path", "line", "verifiable", "by", "why", "suggestion"} <= keys(found)
    assert (found["text"], found["verifiable"]) == ("Monitoring is set up", False)
    assert found["suggestion"]


def test_the_json_of_a_rehearsal(tmp_path: Path) -> None:
    root = plant(tmp_path, {"README.md": "# Shop\n"})
    line = ("rehearse", root, "--only", "service_starts_healthy", "--format", "json")
    (proof,) = call(*line).fields("rehearse")["proofs"]
    assert {"probe", "claim", "result", "why", "evidence", "seconds"} <= keys(proof)
    assert (proof["probe"], proof["result"]) == ("service_starts_healthy", "not_run")
    assert proof["why"]


def test_the_json_of_a_verdict_and_of_a_run(tmp_path: Path) -> None:
    root = plant(tmp_path, {"README.md": "# Shop\n"})
    verdict = call("verdict", root, "--format", "json").fields("verdict")
    assert {"ready", "scope", "criteria", "assumptions"} <= keys(verdict)
    assert verdict["ready"] is False
    row = verdict["criteria"][0]
    assert {"id", "must", "status", "rung", "needs", "evidence", "why"} <= keys(row)
    run = call("run", root, "--no-exec", "--format", "json").fields("run")
    assert {*keys(verdict), "review", "rehearse", "pack"} <= keys(run)
    assert run["criteria"] == verdict["criteria"]


def test_what_the_code_host_says_of_its_environments_is_no_longer_open(tmp_path: Path) -> None:
    root = plant(tmp_path, {"README.md": "# Shop\n"})
    host = plant(tmp_path / "host", {"environments.json": '{"environments": []}'})
    said = ("verdict", root, "--format", "json", "--protection", host / "environments.json")
    limits = call(*map(str, said)).fields("verdict")["not_shown"]
    assert not any("approval" in limit for limit in limits)


def test_an_account_of_environments_that_cannot_be_read_is_2(tmp_path: Path) -> None:
    root = plant(tmp_path, {"README.md": "# Shop\n"})
    answer = call("verdict", root, "--protection", str(tmp_path / "none.json"))
    assert (answer.code, answer.reason) == (
        2,
        f"opsready: {tmp_path}/none.json: cannot be read: No such file or directory",
    )


def test_a_run_writes_only_below_its_own_folder(tmp_path: Path) -> None:
    root = plant(tmp_path, {"README.md": "# Shop\n", "app.py": "x = 1\n"})
    call("run", root, "--no-exec")
    assert sorted(path.name for path in root.iterdir()) == [".opsready", "README.md", "app.py"]


SCRIPT = "load 1m\n  x 1 2 3\n\neval instant at 1m x\n  x 2\n"
WRONG = f"{SCRIPT}\neval instant at 2m x\n  x 4\n"
REFUSED = f"{SCRIPT}\neval instant at 2m limitk(1, x)\n"


@pytest.mark.parametrize(
    ("text", "code", "first"),
    [
        (SCRIPT, 0, "1 passed, 0 failed, 0 refused"),
        (REFUSED, 0, "1 passed, 0 failed, 1 refused"),
        (WRONG, 1, "1 passed, 1 failed, 0 refused"),
        ("lod 1m\n", 2, ""),
    ],
)
def test_promql_script_says_what_came_of_the_statements(
    tmp_path: Path, text: str, code: int, first: str
) -> None:
    script = plant(tmp_path, {"a.test": text}) / "a.test"
    answer = call("promql", "script", script)
    said = answer.out.partition("\n")[0].removeprefix(f"{script}: ")
    assert (answer.code, said) == (code, first)
    if code == 2:
        assert answer.reason == (
            f"opsready: {script}:1: 'lod' is no statement: load, clear or eval"
        )


def test_the_json_of_promql(tmp_path: Path) -> None:
    script = plant(tmp_path, {"a.test": WRONG}) / "a.test"
    fields = call("promql", "script", script, "--format", "json").fields("promql")
    assert fields == {
        "schema": "opsready/promql/1",
        "passed": 1,
        "failed": [
            {
                "path": str(script),
                "line": 7,
                "statement": "eval instant at 2m x",
                "why": "x: expected 4, got 3",
            }
        ],
        "refused": [],
    }


def test_promql_script_warns_of_semantics_that_nothing_has_verified(tmp_path: Path) -> None:
    script = plant(tmp_path, {"a.test": SCRIPT}) / "a.test"
    said = {
        version: call("promql", "script", script, "--semantics", version).err
        for version in SEMANTICS
    }
    assert {version for version, err in said.items() if err} == {"2.55"}


def test_promql_script_takes_several_and_says_first_what_failed(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a.test": REFUSED, "b.test": WRONG})
    a, b = root / "a.test", root / "b.test"
    answer = call("promql", "script", a, b)
    assert (answer.code, answer.out.splitlines()) == (
        1,
        [
            "2 scripts: 2 passed, 1 failed, 1 refused",
            f"{a}: 1 passed, 0 failed, 1 refused",
            f"{b}: 1 passed, 1 failed, 0 refused",
            "",
            f"{b}:7: failed: x: expected 4, got 3",
            "  eval instant at 2m x",
            "",
            f"{a}:7: refused: limitk() is experimental in Prometheus 3, and is not evaluated here",
            "  eval instant at 2m limitk(1, x)",
        ],
    )


def test_the_last_line_of_a_run_is_where_its_page_is(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", {"README.md": "# Shop\n"})
    page = root / ".opsready" / "report" / "index.html"
    answer = call("run", root, "--no-exec", "--no-linters")
    assert answer.out.splitlines()[-1] == f"report: {page}"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_verdict_writes_a_report_where_it_is_asked_to(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", {"README.md": "# Shop\n"})
    page = root / ".opsready" / "report" / "index.html"
    call("verdict", root, "--no-linters")
    assert not page.exists()
    answer = call("verdict", root, "--no-linters", "--report", "--format", "json")
    assert answer.fields("verdict")["report"] == str(page)
    assert page.exists()
    assert call("verdict", root, "--no-linters", "--report").out.splitlines()[-1] == (
        f"report: {page}"
    )
