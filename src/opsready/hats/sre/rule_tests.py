"""Unit tests of every alert, in promtool's format: it fires under its fault, at the step that the
arithmetic gives and not before, ends when it should, and is silent while the service is healthy."""

from collections.abc import Iterator, Sequence

from opsready.hats.sre.faults import Asked, RuleTest, days_tests, minute_tests, week_tests
from opsready.hats.sre.recordings import recordings_of
from opsready.hats.sre.watch import Watch
from opsready.hats.sre.yaml_text import comment, mapping, scalar
from opsready.spec.sections.service import slug

FOLDER = "monitoring/prometheus/tests"
"""Where the tests lie."""


def tests_of(watch: Watch) -> Iterator[tuple[str, str]]:
    """Path and text of each file of tests."""
    name = slug(watch.service)
    for suffix, tests in (
        ("", list(minute_tests(watch))),
        ("-days", list(days_tests(watch))),
        ("-week", list(week_tests(watch))),
    ):
        if tests:
            yield f"{FOLDER}/{name}{suffix}.test.yml", _text(watch, tests)


def _text(watch: Watch, tests: Sequence[RuleTest]) -> str:
    step_s = tests[0].step_s
    head = (
        f"What the alerts of {watch.service} do, in made histories: `promtool test rules` or "
        "`opsready test-rules`. The minutes are computed from the budgets and windows, and hold "
        "in Prometheus 2 and 3."
    )
    files = ["../alerts.rules.yml"]
    if watch.slis:
        files.insert(0, "../recording.rules.yml")
    order = [*(group.name for group in recordings_of(watch)), *watch.groups]
    lines = [*comment(head), "rule_files:", *(f"  - {file}" for file in files)]
    lines += [f"evaluation_interval: {step_s // 60}m", "group_eval_order:"]
    lines += [*(f"  - {scalar(name)}" for name in order), "tests:"]
    for test in tests:
        lines += _test(watch, test)
    return "\n".join(lines) + "\n"


def _test(watch: Watch, test: RuleTest) -> Iterator[str]:
    yield f"  - name: {scalar(test.name)}"
    yield f"    interval: {test.step_s // 60}m"
    yield "    input_series:"
    for series, values in test.series.items():
        yield f"      - series: {_single(series)}"
        yield f"        values: {scalar(values)}"
    yield "    alert_rule_test:"
    for asked in sorted(test.asked, key=lambda each: each.step):
        yield from _asked(watch, asked, test.step_s)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _asked(watch: Watch, asked: Asked, step_s: int) -> Iterator[str]:
    yield f"      - eval_time: {asked.step * step_s // 60}m"
    yield f"        alertname: {asked.alert.name}"
    if not asked.fires:
        yield "        exp_alerts: []"
        return
    yield "        exp_alerts:"
    yield "          - exp_labels:"
    yield from mapping({**asked.alert.given, **asked.alert.labels}, 7)
    yield "            exp_annotations:"
    yield from mapping(watch.annotations(asked.alert), 7)
