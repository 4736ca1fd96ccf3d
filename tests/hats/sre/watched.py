"""A small shop to be watched: its metrics as facts, its spec, and the tests of its rules run."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from opsready.documents.rule_suite import RuleSuite, read_rule_suite
from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.hats.sre.rules import produce
from opsready.hats.sre.watch import Watch, watch_of
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.spec.spec import Spec
from tests.build import make_fact, make_spec

REQUESTS = {
    "name": "shop_requests_total",
    "type": "counter",
    "labels": ["method", "route", "status"],
}
SECONDS = {
    "name": "shop_request_duration_seconds",
    "type": "histogram",
    "labels": ["method", "route"],
    "buckets": [0.1, 0.5, 1.0],
}
FAILED = {"name": "shop_dependency_errors_total", "type": "counter", "labels": ["dependency"]}
AVAILABLE = {
    "name": "availability",
    "kind": "availability",
    "objective_percent": 99.9,
    "window_days": 30,
}
FAST = {
    "name": "speed",
    "kind": "latency",
    "objective_percent": 95,
    "threshold_s": 0.5,
    "window_days": 30,
}


def metric(told: Mapping[str, Any], *, seen: bool = False, **more: Any) -> Fact:
    sure = Confidence.OBSERVED if seen else Confidence.STATED
    return make_fact(Claim.METRIC, {**told, **more}, confidence=sure)


def facts_of(*facts: Fact) -> Facts:
    return Facts(facts or (metric(REQUESTS), metric(SECONDS), metric(FAILED)))


def shop(**sections: Any) -> Spec:
    known: dict[str, Any] = {
        "health": {"readiness": "/ready", "liveness": "/live", "metrics": "/metrics"},
        "slos": [AVAILABLE],
    }
    return make_spec(**{**known, **sections})


def watched(*facts: Fact, **sections: Any) -> Watch:
    return watch_of(shop(**sections), facts_of(*facts))


def names(watch: Watch) -> list[str]:
    return [alert.name for alert in watch.alerts]


def said(watch: Watch) -> dict[str, str]:
    """What is left out, with its reason."""
    return {left.what: left.why for left in watch.left_out}


def suites(files: Mapping[str, str], semantics: Semantics = DEFAULT) -> Iterator[RuleSuite]:
    """The tests among these files, with the rules that they load."""
    for path, text in files.items():
        if "/tests/" not in path:
            continue

        def find(pattern: str, folder: str = posixpath.dirname(path)) -> list[tuple[str, str]]:
            wanted = posixpath.normpath(posixpath.join(folder, pattern))
            return [(wanted, files[wanted])] if wanted in files else []

        yield read_rule_suite(path, text, find, semantics)


def rules_of(spec: Spec, facts: Facts) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in produce(spec, facts)}


def failures(files: Mapping[str, str], semantics: Semantics = DEFAULT) -> list[str]:
    """Whatever is against the tests, in words."""
    found: list[str] = []
    for suite in suites(files, semantics):
        found += [str(fault) for fault in suite.faults]
        for result in suite.run():
            at = f"{suite.file.path}: {result.test.name}"
            found += [f"{at}: {m.name} {m.at_ms} {m.why}" for m in result.mismatches]
    return found


def fired(files: Mapping[str, str]) -> set[str]:
    """The alerts that some test expects to fire."""
    return {
        case.alert
        for suite in suites(files)
        for test in suite.file.tests
        for case in test.alerts
        if case.expected
    }
