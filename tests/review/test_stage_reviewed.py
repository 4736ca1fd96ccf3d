"""What a reader finds in a finished operations stage, found without one.

The faults are of the kinds that reviewers filed against public stages of H·AI·K·U: metrics that
nothing emits, switches that no code reads, objectives that contradict each other, a health check
that is liveness only, no dashboards, runbook sections that stand there twice.
"""

from pathlib import Path

import pytest

from opsready.facts.gather import gather
from opsready.hats.pack import read_pack
from opsready.review.review import Review, review_pack
from opsready.sources.read import read
from opsready.spec.decide import decide
from opsready.spec.load import load
from tests.build import make_bundle

HAIKU = Path(__file__).parent.parent.parent.parent / "shared" / "inputs" / "haiku"

STAGE = {
    "drift/gate.py": """\
import os

import psycopg
from fastapi import FastAPI
from prometheus_client import Counter, Gauge

CHECKS = Counter("drift_checks_total", "Checks", ["result"])
LATENCY = Gauge("drift_latency_seconds", "How long the last check took")
WINDOW = int(os.environ.get("DRIFT_WINDOW", "60"))
app = FastAPI()


@app.get("/health")
def health():
    return {"status": "ok"}


@app.get("/drift")
def drift():
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        return database.execute("SELECT * FROM drift").fetchall()
""",
    "deploy/drift.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: drift}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: drift
          image: registry.example.com/drift:1.0.0
          ports: [{containerPort: 8000}]
          readinessProbe: {httpGet: {path: /health, port: 8000}}
          env:
            - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: drift, key: url}}}
            - {name: DRIFT_GATE_DISABLED, value: "0"}
""",
    "deploy/operations/drift-alerts.yaml": """\
groups:
  - name: drift
    rules:
      - alert: DriftEventsLost
        expr: rate(drift_events_lost_total[5m]) > 0.1
        labels: {severity: page}
        annotations: {summary: Events are lost, runbook_url: docs/RUNBOOK.md}
      - alert: DriftSlow
        expr: histogram_quantile(0.99, sum by (le) (rate(drift_latency_seconds_bucket[5m]))) > 1
        labels: {severity: page}
        annotations: {summary: Checks are slow, runbook_url: docs/RUNBOOK.md#drift-too-slow}
      - alert: DriftChecksFail
        expr: sum(rate(drift_checks_total{result="error"}[5m])) > 0.5
        labels: {severity: page}
        annotations: {summary: "{{ $labels.intent }} fails", runbook_url: docs/RUNBOOK.md}
      - alert: DriftChecksRefused
        expr: sum(rate(drift_checks_total{outcome="refused"}[5m])) > 0.5
        labels: {severity: page}
        annotations: {summary: Checks are refused, runbook_url: docs/RUNBOOK.md}
""",
    "deploy/operations/drift-slos.yaml": """\
version: prometheus/v1
service: drift
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(drift_checks_total{result="error"}[{{.window}}]))
        total_query: sum(rate(drift_checks_total[{{.window}}]))
""",
    "docs/RUNBOOK.md": """\
# Runbook

The service promises an availability of 99.5 %, over 30 days.

| variable | what it does |
|---|---|
| `DRIFT_WINDOW` | seconds between checks |
| `DRIFT_TELEMETRY_OFF` | set to `1` to stop telemetry |

## Drift is slow

### Diagnosis

Run `curl -s localhost:8000/drift`, which should answer within a second (`drift/gate.py:204`).

### Remedy

`kubectl rollout restart deployment/drift-gate`

## Drift is slow

### Diagnosis

Run `curl -s localhost:8000/drift`, which should answer within five seconds.

### Remedy

```sh
kubectl rollout restart deployment/drift-gate
```
""",
}

FOUND = [
    ("an alert on a metric that is never emitted", "metric-not-emitted"),
    ("a quantile of buckets that never existed", "quantile-of-no-histogram"),
    ("an alert on a label that the metric does not have", "label-not-emitted"),
    ("an alert that drops the label needed to act", "alert-label-dropped"),
    ("a kill switch that no code reads, in the deployment", "variable-set-and-unread"),
    ("a kill switch that no code reads, in the runbook", "documented-variable-unread"),
    ("objectives that differ between runbook and file", "slo-figures-disagree"),
    ("a health check that is liveness only", "readiness-ignores-dependency"),
    ("no dashboards", "no-dashboard"),
    ("runbook sections that stand there twice", "runbook-entry-duplicated"),
    ("a link to a section that is not there", "runbook-anchor-dead"),
    ("a reference to a line of code that is gone", "runbook-cites-missing-line"),
    ("a command on something that is not deployed", "runbook-names-missing-workload"),
    ("alerts that no test has seen fire", "alert-never-tested"),
]


def reviewed(files: dict[str, str]) -> Review:
    bundle = make_bundle(files)
    facts = gather(bundle)
    return review_pack(facts, decide(facts, load(bundle)), read_pack(bundle))


REVIEW = reviewed(STAGE)


@pytest.mark.parametrize(("what", "check"), FOUND, ids=[what for what, _ in FOUND])
def test_a_fault_of_the_stage_is_found_without_a_reader(what: str, check: str) -> None:
    assert REVIEW.of(check), what


def test_the_real_stage_says_that_it_is_complete_and_left_nothing_to_operate_by() -> None:
    """Three of the fifteen findings of its reviewers (03, 05, 07) are about what is not there; the
    other twelve are about code that is not among the files."""
    bundle = read(HAIKU / "feedback-service")
    facts = gather(bundle)
    review = review_pack(facts, decide(facts, load(bundle)), read_pack(bundle))
    said = [f.message.partition(":")[0] for f in review.of("operations-closed-unwatched")]
    closed = "the operations stage is closed here, and the tree has no "
    missing = ("alert rule", "dashboard", "objective", "runbook", "way back")
    assert sorted(said) == [closed + what for what in missing]
    assert review.blockers == []
