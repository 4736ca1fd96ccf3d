"""`opsready backtest` as a user calls it: its screen, its JSON, its exit codes."""

import shlex
from pathlib import Path

import click
import pytest

from opsready.cli.commands.backtest import command
from tests.backtest.api_server import serving
from tests.backtest.nouns import BODY, INCIDENTS, RULES, history, make_store, written
from tests.cli.answer import call

SERVED = {
    "groups": [
        {"name": "g", "file": "f", "rules": [{"type": "alerting", "name": "Up", "query": "up > 0"}]}
    ]
}
ADVICE = "for 1m: 1 fewer, up to 1m later"
FIRST_SCREEN = f"""\
2 pages, 504.0 a week; ManyErrors made 2 of them
1970-01-01T00:00:00Z to 1970-01-01T00:40:00Z, 40m: 3 alerts, evaluated every 1m

alert       severity  fired  alerts  time firing  flaps  only pending
ManyErrors  page          2       2           5m      0             0  {ADVICE}
SomeErrors  ticket        1       1           2m      0             1

Cannot fire: Down: the history has no up
Cold until 1970-01-01T00:02:00Z, with windows not yet full: ManyErrors, SomeErrors

Timeline, 34s a column: # fires, - is pending
ManyErrors  ...................########...........................###...............
SomeErrors  ...................---#####...........................---...............
"""


def test_the_first_screen_says_who_makes_the_pages(tree: Path) -> None:
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == FIRST_SCREEN


def test_incidents_are_scored_and_promises_set_the_exit_code(tree: Path) -> None:
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--incidents", tree / "incidents.yaml", "--promise", "recall>=1,pages<=1"),
    )
    assert (answer.code, answer.err) == (1, "")
    assert (
        """\
1 of 1 incident paged somebody (recall 100.0%); 1 of 2 pages were about one (precision 50.0%)
incident                  from  first page by  after  reset  budget burnt  also
database  1970-01-01T00:10:00Z  ManyErrors        1m     1m          0.0%

kept: recall>=100.0% (found 100.0%)
BROKEN: pages<=1 (found 2)
"""
        in answer.out
    )


def test_the_json_has_every_firing_and_a_summary(tree: Path) -> None:
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--incidents", tree / "incidents.yaml", "--sweep", "for=0m..2m/1m", "--format", "json"),
    )
    found = answer.fields("backtest")
    assert found["alerts"][1] == {
        "alert": "SomeErrors",
        "labels": {"alertname": "SomeErrors", "severity": "ticket"},
        "pending_at": "1970-01-01T00:11:00Z",
        "firing_at": "1970-01-01T00:13:00Z",
        "resolved_at": "1970-01-01T00:15:00Z",
    }
    summary = found["summary"]
    assert (summary["pages"], summary["whole"]) == (2, True)
    assert summary["scores"]["incidents"][0]["detection_s"] == 60
    assert [point["pages"] for point in summary["sweeps"][0]] == [2, 1, 1]
    down = next(one for one in summary["by_alert"] if one["alert"] == "Down")
    assert (down["fired"], down["missing"]) == (0, ["up"])


def test_the_span_is_warmed_up_from_before_its_begin(tree: Path) -> None:
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--from", "1970-01-01T00:13:00Z", "--to", "1200", "--format", "json"),
    )
    found = answer.fields("backtest")
    assert [one["pending_at"] for one in found["alerts"]] == ["1970-01-01T00:11:00Z"] * 2
    assert [one["cold_until"] for one in found["summary"]["by_alert"]] == [None] * 3


def test_old_rules_are_compared(tree: Path) -> None:
    (tree / "old.yml").write_text(RULES.replace("> 0.1", "> 0.3").replace("SomeErrors", "Few"))
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--compare", tree / "old.yml"),
    )
    assert (
        """\
Against the old rules: 3 of 4 alerts differ
  Few: gone, fired 1, now 0; only before: 1970-01-01T00:13:00Z
  ManyErrors: changed, fired 1, now 2; only now: 1970-01-01T00:11:00Z
  SomeErrors: new, fired 0, now 1; only now: 1970-01-01T00:13:00Z
"""
        in answer.out
    )


def test_the_replay_is_compared_with_what_was_recorded(tree: Path) -> None:
    recorded = [
        f'ALERTS{{alertname="ManyErrors",alertstate="firing",severity="page"}} {value} {at * 60}'
        for at, value in ((11, 1), (12, 1), (13, 1), (14, 1), (15, "NaN"), (25, 1), (26, "NaN"))
    ]
    (tree / "alerts.om").write_text("\n".join([*recorded, "# EOF", ""]))
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--history", tree / "alerts.om", "--fidelity"),
    )
    assert (
        """\
Fidelity: 25.0% of firings are alike in the replay and the recorded ALERTS (1 of them), and agree \
on 50.0% of the time
  only recorded: ManyErrors at 1970-01-01T00:25:00Z
  only replayed: ManyErrors at 1970-01-01T00:31:00Z
  only replayed: SomeErrors at 1970-01-01T00:13:00Z
"""
        in answer.out
    )


def test_a_rule_that_cannot_be_evaluated_leaves_the_others_and_is_no_success(tree: Path) -> None:
    (tree / "rules.yml").write_text(RULES.replace("expr: up == 0", "expr: histogram_count(up) > 0"))
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--promise", "pages<=2"),
    )
    assert answer.code == 2
    assert answer.out.startswith(
        "2 pages, 504.0 a week; ManyErrors made 2 of them. NOT WHOLE: see below what could"
    )
    assert (
        f"Not evaluated: {tree / 'rules.yml'}:14: Down: its expression is not evaluated here: "
        in answer.out
    )


def test_evaluations_that_fail_are_told(tree: Path) -> None:
    several = "expr: requests_total / on() requests_total > 0"
    (tree / "rules.yml").write_text(RULES.replace("expr: up == 0", several))
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert answer.code == 2
    assert "Failed: Down: 41 evaluations: " in answer.out
    assert "matching: the right side has several series" in answer.out
    twice = "expr: label_replace(requests_total, 'code', '', '', '') > 0"
    (tree / "rules.yml").write_text(RULES.replace("expr: sum", f"{twice} or sum"))
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert answer.code == 2
    assert "Partial: shop:errors:ratio failed at 41 evaluations: " in answer.out


def test_a_clock_that_jumped_is_told_with_the_figure(tree: Path) -> None:
    with (tree / "history.om").open("a") as file:
        file.write('requests_total{code="200"} 9999 4102444800\n')
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert answer.code == 2
    assert (
        "47,482 days are 68,374,081 evaluations of each rule, more than 5,000,000" in answer.reason
    )


def test_rules_may_stand_in_objects_among_other_documents(tree: Path) -> None:
    body = "\n".join(f"  {line}" for line in RULES.splitlines())
    printed = f"""\
# Source: shop/templates/rules.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: other}}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {{name: shop}}
spec:
{body}
"""
    (tree / "rules.yml").write_text(printed)
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert (answer.code, answer.out) == (0, FIRST_SCREEN)


def test_a_query_that_is_true_while_users_suffer_makes_the_incidents(tree: Path) -> None:
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om", "--format", "json"),
        *("--impact", 'increase(requests_total{code="500"}[2m]) > 15'),
        *("--sweep", "threshold=0.5x..2x/0.5", "--alert", "ManyErrors"),
    )
    summary = answer.fields("backtest")["summary"]
    assert [(one["name"], one["from"]) for one in summary["scores"]["incidents"]] == [
        ("impact 1", "1970-01-01T00:12:00Z"),
        ("impact 2", "1970-01-01T00:31:00Z"),
    ]
    assert summary["scores"]["recall"] == 1
    assert [(point["setting"], point["pages"]) for point in summary["sweeps"][0]] == [
        ("threshold 0.5x", 2),
        ("threshold 1x", 2),
        ("threshold 1.5x", 2),
        ("threshold 2x", 1),
    ]


def test_rules_that_read_each_other_in_a_circle_see_the_evaluation_before(tree: Path) -> None:
    (tree / "rules.yml").write_text(
        """\
groups:
- name: circle
  rules:
  - {record: a, expr: b + 1 or vector(0)}
  - {record: b, expr: a}
  - {alert: Counted, expr: b > 5 and on () requests_total}
"""
    )
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert answer.code == 0
    assert "1 page, " in answer.out


@pytest.mark.parametrize(
    "values",
    [
        ["NaN", "NaN", "1", "NaN", "NaN", "NaN"],
        ["+Inf", "-Inf", "1e308", "-1e308", "0", "+Inf"],
        ["9", "0", "9", "0", "9", "0"],
        ["1", "1", "1", "1", "1", "1"],
    ],
    ids=["nan", "infinities", "a reset each time", "one value"],
)
def test_odd_values_are_values(tree: Path, values: list[str]) -> None:
    lines = [
        f'requests_total{{code="{code}"}} {value} {minute * 60}'
        for minute, value in enumerate(values)
        for code in ("200", "500")
    ]
    written(tree, {"history.om": lines})
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert (answer.code, answer.err) == (0, "")


def test_every_option_says_what_it_does() -> None:
    options = [one for one in command.params if isinstance(one, click.Option)]
    silent = [one.name for one in options if not one.help]
    assert silent == []


def test_the_examples_of_the_help_run(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with the files that they name; the first with incidents that are made up."""
    written(tree, {"alerts.rules.yml": RULES, "a.om": history(), "samples.om": history()})
    rows = [f"requests_total,{code},{at},{at}" for at in (0, 60) for code in (200, 500)]
    written(tree, {"a.csv": ["metric,code,value,timestamp", *rows]})
    monkeypatch.chdir(tree)
    examples = [line.strip() for line in (command.epilog or "").splitlines() if "opsready " in line]
    assert len(examples) > 5
    with serving(make_store("requests_total 0+1x60"), rules=SERVED) as api:
        for example in examples:
            words = shlex.split(example.replace("http://localhost:9090", api.url))
            expanded = [path for word in words[1:] for path in _as_a_shell(word)]
            answer = call(*expanded)
            assert (answer.code, answer.err) == (1 if "--promise" in words else 0, ""), example


def _as_a_shell(word: str) -> list[str]:
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def test_rules_that_read_each_other_are_evaluated_and_told(tree: Path) -> None:
    rules = """\
groups:
- name: g
  rules:
  - {record: a, expr: sum(requests_total) + (b or vector(0)) * 0}
  - {record: b, expr: a + 1}
  - {alert: Many, expr: b > 300, labels: {severity: page}}
"""
    written(tree, {"circle.yml": rules})
    answer = call("backtest", tree / "circle.yml", "--history", tree / "history.om")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("1 page, ")
    assert "In a circle: a, b: each reads what was recorded the evaluation before\n" in answer.out


def test_what_was_supposed_of_a_history_is_told(tree: Path) -> None:
    written(tree, {"gap.om": ["requests_total 1 60", "requests_total NaN 120", "# EOF"]})
    answer = call("backtest", tree / "rules.yml", "--history", tree / "gap.om")
    assert (
        f"{tree}/gap.om: 1 NaN that stand alone are taken for the marks of ended series, which text"
        " cannot tell apart\n"
    ) in answer.out


def test_rules_of_one_name_are_told_apart_and_their_groups_interval_is_said(tree: Path) -> None:
    often = BODY.replace("for: 2m", "for: 1m")
    written(tree, {"more.yml": "groups:\n- name: often\n  interval: 30s\n  rules:\n" + often})
    answer = call(
        *("backtest", tree / "rules.yml", tree / "more.yml", "--history", tree / "history.om"),
        "--fidelity",
    )
    lines = answer.out.splitlines()
    assert lines[1].endswith("40m: 6 alerts, evaluated every 1m or as their group says")
    names = [line.split("  ")[0] for line in lines[4:8]]
    assert names == [
        "ManyErrors (rules.yml:6)",
        "ManyErrors (more.yml:7)",
        "SomeErrors (rules.yml:10)",
        "SomeErrors (more.yml:11)",
    ]
    assert (
        "  nothing of these alerts was recorded as firing: were they evaluated there" in answer.out
    )


def test_a_sweep_is_drawn_with_the_frontier_between_pages_and_delay(tree: Path) -> None:
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--sweep", "for=0m..4m/2m"),
    )
    assert (
        """\
   setting  pages                    longest delay
*  for 0s       2  ################             0s
*  for 2m       1  ########                     2m  ################
*  for 4m       0                               0s
* none of the others has both fewer pages and less delay; without incidents nobody knows which of
  the pages that are gone were right
"""
        in answer.out
    )


def test_a_template_that_comes_to_what_is_not_supported_leaves_its_rule_out(tree: Path) -> None:
    label = "    labels: {severity: ticket, x: '{{ if gt $value 0.1 }}{{ js 1 }}{{ end }}'}"
    written(tree, {"rules.yml": RULES.replace("    labels: {severity: ticket}", label)})
    answer = call("backtest", tree / "rules.yml", "--history", tree / "history.om")
    assert (answer.code, answer.err) == (2, "")
    assert (
        f"Partial: {tree}/rules.yml:10: SomeErrors: a template of its labels is refused: the"
        " function js\n"
    ) in answer.out
    assert answer.out.startswith("2 pages, 504.0 a week; ManyErrors made 2 of them. NOT WHOLE: ")


def test_incidents_outside_of_the_span_are_told_and_not_scored(tree: Path) -> None:
    late = "- {name: late, from: 2026-01-01T00:00:00Z, to: 2026-01-01T01:00:00Z}\n"
    written(tree, {"incidents.yaml": INCIDENTS + late})
    answer = call(
        *("backtest", tree / "rules.yml", "--history", tree / "history.om"),
        *("--incidents", tree / "incidents.yaml"),
    )
    assert "1 of 1 incident paged somebody" in answer.out
    assert "Outside of the span, and not scored: 1 of 2 written incidents\n" in answer.out
