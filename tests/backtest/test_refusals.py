"""What `opsready backtest` refuses, each with its place and what to write instead."""

from pathlib import Path

import pytest

from tests.backtest.nouns import BODY, INCIDENTS, RULES
from tests.cli.answer import call


@pytest.mark.parametrize(
    ("old", "new", "more", "said"),
    [
        ("groups:", "groups: [", [], "/rules.yml:2: is not YAML"),
        ("groups:", "group:", [], "/rules.yml:1: a rule file has no field `group`"),
        ("> 0.1", ">", [], "/rules.yml:7: the expression of `ManyErrors` is no PromQL: "),
        (
            "Percentage }}",
            "Percentage",
            [],
            "/rules.yml:9: `summary` of `ManyErrors` is no template: ",
        ),
        ("for: 2m", "fro: 2m", [], "/rules.yml:12: a rule has no field `fro`"),
        (
            BODY,
            "  - {record: a, expr: b}",
            [],
            "none of the rules is an alert: there is nothing that",
        ),
        ("for: 2m", "for: soon", [], "/rules.yml:12: `for: soon` is no duration"),
        (
            RULES[RULES.index("  - record") :],
            "  - {alert: A, expr: vector(1)}",
            [],
            "/history.om: cann",
        ),
        ("", "", ["--from", "soon"], "--from soon: is no time; write 2026-10-03T10:00:00Z"),
        ("", "", ["--from", "2026-01-01"], "/history.om: has no sample in the span that is asked"),
        ("", "", ["--from", "900", "--to", "600"], "--from lies after --to"),
        ("", "", ["--plan"], "--plan is about a server: name one by --url"),
        ("", "", ["--header", "X-Org:a"], "--header is about a server: name one by --url"),
        (
            "",
            "",
            ["--alert", "Down"],
            "--alert names what --sweep tries: give one, as --sweep for=",
        ),
        ("", "", ["--sweep", "for=0m..9m", "--alert", "X"], "--alert X: no rule has that name"),
        (
            "",
            "",
            ["--max-samples", "0"],
            "Invalid value for '--max-samples': 0 is not in the range",
        ),
        (
            *("", "", ["--sweep", "threshold=1..2", "--alert", "Down"]),
            "--sweep: none of the alerts has a bound, other than 0, that could be moved",
        ),
        ("", "", ["--interval", "0s"], "--interval 0s: must be above 0"),
        ("", "", ["--sweep", "x"], "--sweep: `x` is no sweep"),
        ("", "", ["--promise", "x"], "--promise: `x` is no promise"),
        ("", "", ["--impact", "sum("], "line 1, column 5: "),
        ("", "", ["--impact", "up[5m]"], "`up[5m]`: gives a range vector, not a vector or scalar"),
        ("", "", ["--max-samples", "9"], "/history.om:10: the rules read more than 9 samples"),
        ("", "", ["--history", "none.om"], "none.om: cannot be read: No such file or directory"),
        ("", "", ["--incidents", "none.yaml"], "none.yaml: cannot be read: No such file"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    tree: Path, old: str, new: str, more: list[str], said: str
) -> None:
    (tree / "rules.yml").write_text(RULES.replace(old, new) if old else RULES)
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om", *more)
    assert answer.code == 2
    assert said in answer.reason
    assert answer.out == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: is empty; it names no incident"),
        ("incidents: 3", ":1: needs a list `incidents`, each with `from` and `to`"),
        ("- {from: 2026-01-01}", ":1: an incident needs `to`, as 2026-10-03T10:00:00Z"),
        ("- {from: soon, to: 2026-01-01}", ":1: `from: soon` is no time"),
        ("- {from: 2026-01-02, to: 2026-01-01}", ":1: the incident ends before it begins"),
        ("- {start: 1, to: 2}", ":1: `start` is no key of an incident: name, from, to, alerts"),
        ("slo: {objective: 99}\nincidents: []", ":1: `slo` needs objective (99.9), window (30d)"),
        (INCIDENTS.replace("99", "100"), ":2: an objective lies between 0 and 100"),
    ],
)
def test_incidents_that_are_none_are_refused(tree: Path, text: str, said: str) -> None:
    (tree / "incidents.yaml").write_text(text)
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--incidents", tree / "incidents.yaml"),
    )
    assert answer.code == 2
    assert f"{tree / 'incidents.yaml'}{said}" in answer.reason


@pytest.mark.parametrize(
    "option",
    [
        ("--from", "1"),
        ("--incidents", "i.yaml"),
        ("--sweep", "for=0m..30m"),
        ("--fidelity",),
        ("--html", "page.html"),
    ],
    ids=lambda option: option[0],
)
def test_what_needs_a_history_is_refused_without_one(tree: Path, option: tuple[str, ...]) -> None:
    answer = call("backtest", tree / "rules.yml", *option)
    assert (answer.code, answer.out) == (2, "")
    assert answer.reason == (
        f"opsready: {option[0]} needs a history: name files by --history, or a server by --url"
    )


def test_neither_rules_nor_a_server_is_refused() -> None:
    assert call("backtest").reason == (
        "opsready: name rule files, or a server by --url, whose own rules are read"
    )
