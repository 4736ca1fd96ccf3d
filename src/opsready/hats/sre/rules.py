"""Recording and alerting rules, for plain Prometheus and for its managed service alike: no field
that only one of them knows, and no rule that rests on another file's order."""

from collections.abc import Iterator

from opsready.facts.fact import Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact
from opsready.hats.sre.alert import ALERTING, RECORDING, WatchedAlert
from opsready.hats.sre.recordings import EVERY, Recorded, recordings_of
from opsready.hats.sre.rule_tests import tests_of
from opsready.hats.sre.watch import Watch, watch_of
from opsready.hats.sre.yaml_text import block, comment, mapping, scalar
from opsready.spec.spec import Spec

_HAT = "sre"


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """Both files, and the tests of every alert."""
    watch = watch_of(spec, facts)
    if not watch.is_measured:
        return
    if watch.slis:
        because = "a share is computed once, and every alert and panel reads the same"
        yield Artifact(RECORDING, _recording_text(watch), _HAT, because)
    because = "each alert follows from a figure of the spec, and asks somebody to act"
    yield Artifact(ALERTING, _alerting_text(watch), _HAT, because, (RECORDING,))
    for path, text in tests_of(watch):
        because = "an alert that nobody saw fire may be one that never does"
        yield Artifact(path, text, _HAT, because, (RECORDING, ALERTING))


def _recording_text(watch: Watch) -> str:
    head = (
        f"What is recorded of the objectives of {watch.service}; docs/operations/slo.md says why. "
        "Requests of machines (health, metrics) are in none of them."
    )
    lines = [*comment(head), "groups:"]
    for group in recordings_of(watch):
        lines += [*comment(f"{group.why}.", 1), f"  - name: {scalar(group.name)}"]
        lines += [f"    interval: {EVERY}", "    rules:"]
        for rule in group.rules:
            lines += _recording(rule)
    return "\n".join(lines) + "\n"


def _recording(rule: Recorded) -> Iterator[str]:
    yield f"      - record: {rule.record}"
    yield from block("expr", rule.expr, 4)
    yield "        labels:"
    yield from mapping(rule.labels, 5)


def _alerting_text(watch: Watch) -> str:
    head = (
        f"When somebody is called for {watch.service}. `page` wakes a person, `ticket` waits for "
        "the morning; docs/operations/slo.md says where each threshold comes from."
    )
    lines = [*comment(head)]
    for left in watch.left_out:
        lines += comment(f"Left out: {left.what}: {left.why}.")
    lines.append("groups:")
    for name, alerts in watch.groups.items():
        lines += [f"  - name: {scalar(name)}", f"    interval: {EVERY}", "    rules:"]
        for alert in alerts:
            lines += _alerting(alert, watch)
    return "\n".join(lines) + "\n"


def _alerting(alert: WatchedAlert, watch: Watch) -> Iterator[str]:
    yield f"      - alert: {alert.name}"
    yield from block("expr", alert.expr, 4)
    if alert.for_:
        yield f"        for: {alert.for_}"
    yield "        labels:"
    yield from mapping(alert.labels, 5)
    yield "        annotations:"
    yield from mapping(watch.annotations(alert), 5)


PRODUCER = Producer("rules", produce)
