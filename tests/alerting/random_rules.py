"""Random groups of rules over random series, and the questions that are asked of them."""

import json
import random
from typing import Any

# Of `query` the order is by chance in Prometheus, so that what is shown of it is sorted.
TEMPLATES = [
    "{{ $labels.job }} is at {{ $value }}",
    "{{ $value | humanize }}B, {{ humanizePercentage $value }}, {{ humanizeDuration $value }}",
    '{{ printf "%.2f of %s" $value $labels.instance }}{{ with $labels.none }}never{{ end }}',
    "{{ if gt $value 4.0 }}high{{ else if gt $value 2.0 }}middle{{ else }}low{{ end }}",
    '{{ range $i, $s := query "max by (instance) (gauge) > 2" | sortByLabel "instance" }}'
    "{{ if $i }}, {{ end }}{{ .Labels.instance }}={{ .Value }}{{ else }}none{{ end }}",
    '{{ with query "sum(gauge)" }}{{ . | first | value | humanize1024 }}{{ end }}',
    '{{ title "some words" }} {{ toUpper $labels.job }} '
    '{{ $labels.job | reReplaceAll "a(.)" "<$1>" }}',
    "{{- /* nothing */ -}}  {{ $x := 3 }}{{ $x = 4 }}{{ $x }} {{ len $labels.job }} {{ . | len }}",
    '{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" $value }} {{ $externalLabels.cluster }}',
    '{{ query "gone" | first | value }}',
    '{{ range query "sum(gauge)" }}{{ if gt .Value 9.0 }}{{ break }}{{ end }}x{{ end }}',
    '{{ and $labels.job "" }}|{{ or "" $labels.job }}|{{ not true }}|{{ index $labels "job" }}',
    '{{ args 1 "two" 3.5 }} {{ (args 1 2).arg1 }} {{ $labels }} {{ humanizeTimestamp 1.5e9 }}',
    '{{ match "a.i" $labels.job }} {{ stripPort "host:90" }} {{ "1h" | parseDuration }} {{ 1e6 }}',
]
WINDOWS = ["3m", "5m", "13m", "1h"]


def rule_set(seed: int, minutes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A rule file and a test file that asks at every minute of each alert, is nothing firing, and
    of the recording rules, is nothing recorded?"""
    rng = random.Random(seed)
    recorded = ["r:a", "r:b", "r:c"]
    groups = []
    alerts: list[str] = []
    for place in range(3):
        rules: list[dict[str, Any]] = []
        for _ in range(rng.randint(1, 3)):
            name = f"Alert{len(alerts)}"
            alerts.append(name)
            rules.append(_alert(rng, name, recorded))
        rules.insert(rng.randint(0, len(rules)), _recording(rng, recorded[place], recorded[:place]))
        limit = {"limit": rng.choice([0, 50])} if rng.random() < 0.3 else {}
        groups.append({"name": f"g{place}", "rules": rules, **limit})
    order = [group["name"] for group in groups]
    rng.shuffle(order)
    questions = [
        {"eval_time": f"{at}m", "alertname": name, "exp_alerts": []}
        for at in range(minutes + 1)
        for name in alerts
    ]
    exprs = [
        {"expr": expr, "eval_time": f"{rng.randint(0, minutes)}m"}
        for expr in [*recorded, "ALERTS", "ALERTS_FOR_STATE", "count({__name__=~'r:.'})"]
        for _ in range(8)
    ]
    exprs += [{"expr": "{__name__=~'r:.'}", "eval_time": f"{at}m"} for at in range(minutes + 1)]
    test = {
        "name": f"seed {seed}",
        "interval": rng.choice(["1m", "30s"]),
        "external_labels": {"cluster": "c1"},
        "external_url": "http://example.org/p",
        "input_series": _series(rng, minutes),
        "alert_rule_test": questions,
        "promql_expr_test": exprs,
    }
    file = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "group_eval_order": order,
        "tests": [test],
    }
    return {"groups": groups}, file


def oddly_timed_set(seed: int, minutes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same, with intervals that do not fit each other, questions between evaluations, limits
    that are exceeded, and groups with an interval of their own, which promtool does not honour."""
    rng = random.Random(seed)
    rules, tests = rule_set(seed, minutes)
    (test,) = tests["tests"]
    tests["evaluation_interval"] = rng.choice(["30s", "2m", "90s", "7m", "15s", "3m10s"])
    test["interval"] = rng.choice(["1m", "15s", "2m", "47s"])
    for question in [*test["alert_rule_test"], *test["promql_expr_test"]]:
        if rng.random() < 0.5:
            question["eval_time"] = f"{rng.randint(0, minutes * 60)}s"
    for group in rules["groups"]:
        if rng.random() < 0.2:
            group["limit"] = rng.choice([1, 3])
        group["interval"] = rng.choice(["5m", "1m"])
    return rules, tests


def _series(rng: random.Random, minutes: int) -> list[dict[str, str]]:
    """Values of few binary digits, so that sums do not hang on their order."""
    series = []
    for job in ("api", "web"):
        for instance in ("a", "b"):
            labels = f'{{job="{job}", instance="{instance}"}}'
            total, counts, levels = 0.0, [], []
            for _ in range(2 * minutes + 2):
                total = 0.0 if rng.random() < 0.02 else total + rng.choice([0, 1, 2, 0.5, 16])
                counts.append(_odd(rng, f"{total:g}"))
                levels.append(_odd(rng, f"{rng.choice([0, 1, 2, 3, 5, 8, -2, 0.25]):g}"))
            series.append({"series": f"counter_total{labels}", "values": " ".join(counts)})
            series.append({"series": f"gauge{labels}", "values": " ".join(levels)})
    return series


def _odd(rng: random.Random, value: str) -> str:
    draw = rng.random()
    return "_x3" if draw < 0.02 else "_" if draw < 0.05 else "stale" if draw < 0.07 else value


def _vector(rng: random.Random, recorded: list[str]) -> str:
    window = rng.choice(WINDOWS)
    return rng.choice(
        [
            "gauge",
            f"increase(counter_total[{window}]) / 16",
            f"max_over_time(gauge[{window}])",
            "sum by (job) (gauge)",
            f"sum without (instance) (increase(counter_total[{window}]))",
            f"count_over_time(gauge[{window}])",
            *recorded,
        ]
    )


def _recording(rng: random.Random, name: str, recorded: list[str]) -> dict[str, Any]:
    labels = rng.choice([{}, {"tier": "one"}, {"job": "", "kind": "x"}])
    expr = _vector(rng, recorded)
    expr = f"{expr} > {rng.choice([0, 1, 2])}" if rng.random() < 0.4 else expr
    if labels.get("job") == "":
        expr = f"sum by (instance, kind) ({expr})"
    return {"record": name, "expr": expr, "labels": labels}


def _alert(rng: random.Random, name: str, recorded: list[str]) -> dict[str, Any]:
    left, right = _vector(rng, recorded), _vector(rng, recorded)
    expr = rng.choice(
        [
            f"{left} > {rng.choice([0, 1, 2.5, 4])}",
            f"{left} > 1 and on (job) {right} > 1",
            f'{left} > 2 unless on (job) ALERTS{{alertname!="{name}"}}',
            f'absent(gauge{{job="api", instance="a"}}) or {left} < 1',
            f"{left} > 0 or {right} < 3",
        ]
    )
    labels = rng.choice(
        [
            {"severity": "page"},
            {"severity": "page", "of": "{{ $labels.job }}", "empty": "{{ $labels.none }}"},
            {"level": "{{ if gt $value 3.0 }}high{{ else }}low{{ end }}"},
            {},
        ]
    )
    return {
        "alert": name,
        "expr": expr,
        "for": rng.choice(["0s", "30s", "1m", "2m", "5m"]),
        "keep_firing_for": rng.choice(["0s", "0s", "90s", "2m", "6m"]),
        "labels": labels,
        "annotations": {
            f"a{place}": text for place, text in enumerate(rng.sample(TEMPLATES, rng.randint(0, 3)))
        },
    }


def written(value: dict[str, Any]) -> str:
    """As JSON, which is YAML too and is written many times faster."""
    return json.dumps(value)
