"""`opsready test-rules`: verdict, difference, timeline, coverage, JUnit, and bad input."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.answer import call
from tests.cli.trees import plant

RULES = """\
groups:
  - name: shop
    rules:
      - record: shop:errors:ratio
        expr: rate(errors_total[5m]) / rate(requests_total[5m])
      - alert: ShopErrors
        expr: shop:errors:ratio > 0.1
        for: 2m
        labels: {severity: page}
        annotations: {summary: "{{ $labels.job }}: {{ $value | humanizePercentage }}"}
      - alert: ShopGone
        expr: absent(requests_total)
      - alert: ShopSlow
        expr: slow > 1
"""
TESTS = """\
rule_files: [rules.yml]
tests:
  - name: errors page
    interval: 1m
    input_series:
      - {series: 'requests_total{job="shop"}', values: '0+60x20'}
      - {series: 'errors_total{job="shop"}', values: '0x5 30+30x4 150x10'}
    alert_rule_test:
      - eval_time: 10m
        alertname: ShopErrors
        exp_alerts:
          - exp_labels: {job: shop, severity: SEVERITY}
            exp_annotations: {summary: "shop: 50%"}
      - {eval_time: 5m, alertname: ShopGone}
    promql_expr_test:
      - expr: shop:errors:ratio
        eval_time: 10m
        exp_samples: [{labels: 'shop:errors:ratio{job="shop"}', value: 0.5}]
"""


def tree(root: Path, severity: str = "page") -> Path:
    return plant(root, {"rules.yml": RULES, "a.test.yml": TESTS.replace("SEVERITY", severity)})


def test_a_file_that_passes_says_so_and_what_it_leaves_untested(tmp_path: Path) -> None:
    answer = call("test-rules", tree(tmp_path) / "a.test.yml")
    rules = tmp_path / "rules.yml"
    assert answer.code == 0
    assert (
        answer.out
        == f"""\
PASSED: 1 test in 1 file

{tmp_path}/a.test.yml: passed

coverage: 3 of 4 rules are asked about (75 %)
  {rules}:13: no test asks about ShopSlow
  {rules}:11: only its silence is tested: ShopGone
"""
    )


def test_a_failure_shows_what_differs_and_when_the_alert_fired(tmp_path: Path) -> None:
    answer = call("test-rules", tree(tmp_path, "ticket") / "a.test.yml", "--run", "^errors")
    assert answer.code == 1
    assert (
        f"""\
FAILED: 1 of 1 test

{tmp_path}/a.test.yml: FAILED
  {tmp_path}/a.test.yml:9: test `errors page`: alert ShopErrors at 10m
    ShopErrors{{job="shop", severity="page"}}
      label severity:
        expected "ticket"
        got      "page"
    timeline, every 1m from 0s to 10m
      ShopErrors{{job="shop", severity="page"}}
        .......ppFF
        pending 7m, fires 9m
"""
        in answer.out
    )


def test_times_tells_when_alerts_fire_in_tests_that_pass(tmp_path: Path) -> None:
    answer = call("test-rules", tree(tmp_path) / "a.test.yml", "--times")
    assert "  test `errors page`\n    timeline, every 1m from 0s to 10m\n" in answer.out


def test_json_has_the_fields_of_the_design(tmp_path: Path) -> None:
    answer = call("test-rules", tree(tmp_path, "ticket") / "a.test.yml", "--format", "json")
    fields = answer.fields("test-rules")
    [file] = fields["files"]
    summary = {"summary": "shop: 50%"}
    labels = {"alertname": "ShopErrors", "job": "shop"}
    assert (file["passed"], file["tests"]) == (False, 1)
    assert file["failures"] == [
        {
            "test": "errors page",
            "line": 9,
            "time": 600.0,
            "alert": "ShopErrors",
            "expected": [{"labels": {**labels, "severity": "ticket"}, "annotations": summary}],
            "got": [{"labels": {**labels, "severity": "page"}, "annotations": summary}],
        }
    ]
    assert file["alerts"] == [
        {
            "test": "errors page",
            "alert": "ShopErrors",
            "labels": {**labels, "severity": "page"},
            "pending_at": 420.0,
            "firing_at": 540.0,
            "resolved_at": None,
        }
    ]
    assert fields["coverage"]["percent"] == 75.0
    assert [rule["rule"] for rule in fields["coverage"]["untested"]] == ["ShopSlow"]


def test_junit_has_a_case_for_each_test(tmp_path: Path) -> None:
    tests = tree(tmp_path, "ticket") / "a.test.yml"
    call("test-rules", tests, "--junit", tmp_path / "out.xml")
    [suite] = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    [case] = suite
    failure = case.find("failure")
    assert case.get("name") == "errors page"
    assert failure is not None
    assert 'expected "ticket"' in (failure.text or "")


@pytest.mark.parametrize("text", ["", "# nothing\n", "rule_files: [rules.yml]\n", "tests: []"])
def test_a_file_without_tests_passes_as_in_promtool_and_that_is_said(
    tmp_path: Path, text: str
) -> None:
    tests = plant(tmp_path, {"a.test.yml": text, "rules.yml": RULES}) / "a.test.yml"
    answer = call("test-rules", tests)
    assert (answer.code, answer.reason) == (0, f"opsready: {tests}: holds no test")


ROUNDED = """\
rule_files: [rules.yml]
tests:
  - name: rounded
    interval: 1m
    input_series:
      - {series: 'x{i="1"}', values: '0.1x4'}
      - {series: 'x{i="2"}', values: '0.2x4'}
      - series: 'x{i="3"}'
        values: |
          0.3x4
      - {series: 'y', values: '1x4'}
    promql_expr_test:
      - {expr: sum(x) > bool 0.6, eval_time: 1m, exp_samples: [{value: 0}]}
    alert_rule_test:
      - {eval_time: 1m, alertname: Rounded}
"""


def test_what_only_a_rounding_decides_and_what_is_left_out_is_remarked(tmp_path: Path) -> None:
    rules = "groups: [{name: g, rules: [{alert: Rounded, expr: sum(x) > 0.6}]}]\n"
    files = {"rules.yml": rules, "a.test.yml": ROUNDED}
    tests = plant(tmp_path, files) / "a.test.yml"
    answer = call("test-rules", tests)
    assert answer.code == 0
    assert (
        f"""\
  {tests}:8: test `rounded`: an empty line or a comment ends the input: 1 series after it are left \
out, as in promtool (write `values: >-`)
  {tmp_path}/rules.yml:1: test `rounded`: unstable: only a rounding decides `Rounded` at 0s, 1m
  {tests}:13: test `rounded`: unstable: only a rounding decides `sum(x) > bool 0.6`
"""
        in answer.out
    )
    [file] = call("test-rules", tests, "--format", "json").fields("test-rules")["files"]
    assert [remark["line"] for remark in file["remarks"]] == [8, 1, 13]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[^q]ules.y?l", "PASSED"),
        ("[!q]ules.yml", "FAILED"),
        (r"\rules.*", "PASSED"),
        ("[", "FAILED"),
        ("rules.y[m", "FAILED"),
    ],
)
def test_a_pattern_of_rule_files_is_one_of_go(tmp_path: Path, pattern: str, said: str) -> None:
    files = {"rules.yml": RULES, "a.test.yml": TESTS.replace("SEVERITY", "page")}
    files["a.test.yml"] = files["a.test.yml"].replace("[rules.yml]", f"['{pattern}']")
    answer = call("test-rules", plant(tmp_path, files) / "a.test.yml")
    assert answer.out.startswith(said)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("- a", "1: a rule file is a mapping of names and values"),
        ("groups: {a: b}", "1: `groups` is a list, each of which is a group"),
        ("groups: [{name: g, rules: x}]", "1: `rules` is a list, each of which is a rule"),
        (
            "groups: [{name: g, query_offset: 1m, rules: []}]",
            "1: a group has no field `query_offset` before Prometheus 2.55",
        ),
        (
            "groups: [{name: g, rules: [{alert: A, expr: x, labels: {a: 1, a: 2}}]}]",
            "1: `a` stands here twice",
        ),
        (
            "groups: [{name: g, rules: [{alert: A, expr: x, labels: {a: [1]}}]}]",
            "1: `labels` is a mapping of names and texts",
        ),
        ("groups: [{name: g, rules: [{alert: A, expr: x, for: ''}]}]", "1: `for: ` is no duration"),
    ],
)
def test_a_rule_file_that_a_server_refuses_fails_its_tests(
    tmp_path: Path, rules: str, said: str
) -> None:
    files = {"rules.yml": rules, "a.test.yml": TESTS}
    tests = plant(tmp_path, files) / "a.test.yml"
    answer = call("test-rules", tests, "--semantics", "2.42")
    assert answer.code == 1
    assert f"  {tmp_path}/rules.yml:{said}" in answer.out


def test_a_recorded_name_has_no_braces_in_any_version(tmp_path: Path) -> None:
    rules = "groups: [{name: g, rules: [{record: 'a{b=\"c\"}', expr: x}]}]"
    tests = plant(tmp_path, {"rules.yml": rules, "a.test.yml": TESTS}) / "a.test.yml"
    answer = call("test-rules", tests)
    assert answer.code == 1
    assert '/rules.yml:1: `a{b="c"}` is no name of a metric: it has braces' in answer.out


def test_too_little_coverage_fails(tmp_path: Path) -> None:
    answer = call("test-rules", tree(tmp_path) / "a.test.yml", "--min-coverage", "80")
    assert (answer.code, answer.reason) == (1, "opsready: coverage is 75.0 %, less than 80 %")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("groups: [{name: g, rules: [{alert: A, expr: up ==}]}]", "1: the expression of `A` is no"),
        ("groups: [{name: g, rules: [{alert: A, expr: nope(up)}]}]", "1: the expression of `A` is"),
        ("groups: [{name: g, rules: [{alert: A, expr: up, fro: 1m}]}]", "1: a rule has no field `"),
        ("groups:\n- {name: g, rules: []}\n- {name: g, rules: []}", "3: the group `g` stands in"),
        ("groups: [{name: g, rules: [{record: a, expr: up, for: 1m}]}]", "1: `a`: a recording"),
        (
            "groups: [{name: g, rules: [{alert: A, expr: up, labels: {a: '{{ $b }}'}}]}]",
            "1: `a` of `A` is no template: undefined variable `$b`",
        ),
        ("groups: [", "2: is not YAML"),
    ],
)
def test_a_rule_file_that_is_refused_fails_with_its_place(
    tmp_path: Path, rules: str, said: str
) -> None:
    tests = plant(tmp_path, {"rules.yml": rules, "a.test.yml": TESTS}) / "a.test.yml"
    answer = call("test-rules", tests)
    assert answer.code == 1
    assert "FAILED: 0 of 0 tests, 1 of 1 files cannot be run" in answer.out
    assert f"{tmp_path}/rules.yml:{said}" in answer.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: [{foo: 1}]", "1: a test has no field `foo`; it has alert_rule_test, "),
        ("tests:\n- interval: 1x", "2: `interval: 1x` is no duration"),
        ("tests:\n- alert_rule_test:\n  - eval_time: 1m", "3: an alert_rule_test has no"),
        ("group_eval_order: [a, a]", "1: `group_eval_order` names `a` twice"),
        (
            "tests:\n- promql_expr_test:\n  - exp_samples: [{value: NaN}]",
            "3: `value: NaN` is no number",
        ),
        ("tests: 3", "1: `tests` is a list, each of which is a test"),
    ],
)
def test_a_test_file_that_is_none_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    tests = plant(tmp_path, {"a.test.yml": text}) / "a.test.yml"
    answer = call("test-rules", tests)
    assert answer.code == 2
    assert answer.reason.startswith(f"opsready: {tests}:{said}")


def test_what_goes_wrong_in_a_test_is_told_of_that_test(tmp_path: Path) -> None:
    text = """\
rule_files: [rules.yml, none.yml]
tests:
  - {name: odd, input_series: [{series: 'x{', values: '1'}]}
  - {name: wrong, promql_expr_test: [{expr: 'sum(', eval_time: 0}]}
  - {name: fine, fuzzy: 1}
"""
    tests = plant(tmp_path, {"rules.yml": RULES, "a.test.yml": text.replace(", fuzzy: 1", "")})
    answer = call("test-rules", tests / "a.test.yml")
    assert answer.reason == f"opsready: {tmp_path}/a.test.yml: no rule file matches `none.yml`"
    assert "test `odd`: cannot be run\n    an input series: 'x{ 1' does not start" in answer.out
    assert "test `wrong`: `sum(` at 0s\n    line 1, column 5: " in answer.out
    assert answer.out.startswith("FAILED: 2 of 3 tests\n")
