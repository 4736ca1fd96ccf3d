"""What can be shown of alerts and of where they go."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of
from opsready.verdict.compiler.quantity import Quantity, Unit

_ALERT = any_of("alert fire alert_threshold")
_BAD_WHEN_HIGH = any_of("latency error_rate saturation")
_BAD_WHEN_LOW = any_of("throughput availability")
_SIGNALS = _BAD_WHEN_HIGH | _BAD_WHEN_LOW


def threshold(clause: Clause) -> Quantity | None:
    """The figure that the signal is held against: a share, or seconds where it is latency."""
    units = [Unit.RATIO, Unit.SECONDS if clause.names(any_of("latency")) else Unit.COUNT]
    return next((q for unit in units for q in _measured(clause, unit)), None)


def _measured(clause: Clause, unit: Unit) -> list[Quantity]:
    """The figures of the condition; those of the clause where it has no condition."""
    said = clause.condition or clause.terms
    return [t.quantity for t in said if t.quantity is not None and t.quantity.unit is unit]


def window(clause: Clause) -> Quantity | None:
    """For how long it must be so before the alert fires."""
    held_against = threshold(clause)
    spans = [q for q in _measured(clause, Unit.SECONDS) if q is not held_against]
    return spans[-1] if spans else None


def _fires_when_well(clause: Clause) -> bool:
    """ "fires when the error rate is below 1 %"."""
    bound = threshold(clause)
    if bound is None:
        return False
    signal = clause.first(_SIGNALS)
    low = signal is not None and bool(signal.concepts & _BAD_WHEN_LOW)
    return bound.direction == ("at_least" if low else "at_most")


MEANINGS = (
    Meaning(
        "alert-fires-on-a-signal",
        (
            "page-on-single-event",
            "alert-on-raw-counter",
            "alert-can-never-fire",
            "percent-threshold",
            "rule-refused",
            "rules_pass_their_tests",
            "alert_fires_in_time",
            "metrics_are_emitted",
        ),
        (_ALERT, _SIGNALS),
        mandate="SRE-1",
        reads=any_of("fire alert alert_threshold exceed request route severity service exist slo")
        | any_of("endpoint monitoring production fail run sink lose window")
        | _SIGNALS,
        unless=any_of("burn single_event unit_test runbook spent budget"),
        needs=(
            Need("threshold", lambda clause: threshold(clause) is not None),
            Need("window", lambda clause: window(clause) is not None),
        ),
        turned=_fires_when_well,
    ),
    Meaning(
        "alert-fires-on-a-failure",
        (
            "page-on-single-event",
            "alert_fires_in_time",
        ),
        (any_of("alert"), any_of("fail down")),
        mandate="SRE-4",
        reads=any_of(
            "health_check readiness fire database cache queue dependency service timeout severity"
            " connectivity"
        ),
        unless=_SIGNALS | any_of("burn single_event unit_test runbook healthy rollback"),
        only_if=lambda clause: not (clause.negated and clause.joined_by == "while"),
    ),
    Meaning(
        "alert-stays-quiet-meanwhile",
        ("alert_stays_quiet",),
        (_ALERT, any_of("down fail")),
        mandate="SRE-4",
        reads=any_of("fire alert database cache queue dependency service severity"),
        unless=_SIGNALS | any_of("burn"),
        only_if=lambda clause: clause.negated and clause.joined_by == "while",
        is_fault=True,
    ),
    Meaning(
        "alert-reaches-its-receiver",
        (
            "page-reaches-nobody",
            "routing-refused",
            "routing_reaches_receiver",
        ),
        (_ALERT | any_of("severity"), any_of("receiver")),
        mandate="SRE-4",
        reads=any_of("route fire alert severity team on_call exist verify test"),
        names=True,
    ),
    Meaning(
        "alert-reaches-the-on-call",
        (
            "page-reaches-nobody",
            "routing-refused",
            "routing_reaches_receiver",
        ),
        (_ALERT, any_of("on_call"), any_of("route alert")),
        mandate="SRE-4",
        reads=any_of("severity fire exist route"),
        unless=any_of("receiver runbook") | _SIGNALS,
    ),
    Meaning(
        "alert-fires-while-healthy",
        (
            "alert-on-instant-spike",
            "alert_stays_quiet",
        ),
        (_ALERT, any_of("healthy")),
        mandate="SRE-4",
        reads=any_of("fire service exist run verify severity"),
        unless=_SIGNALS | any_of("definition_of_healthy"),
        is_fault=True,
    ),
    Meaning(
        "alert-is-noise",
        (
            "alert-duplicated",
            "alert-on-instant-spike",
            "alert_stays_quiet",
        ),
        (_ALERT, any_of("false_alarm")),
        mandate="SRE-4",
        reads=any_of("fire exist"),
        is_fault=True,
    ),
    Meaning(
        "alert-on-a-single-event",
        (
            "page-on-single-event",
            "alert-on-raw-counter",
        ),
        (_ALERT, any_of("single_event")),
        mandate="SRE-1",
        reads=any_of("fire error_rate request exist"),
        is_fault=True,
    ),
    Meaning(
        "alert-links-a-runbook",
        (
            "alert-without-action",
            "runbook-link-dead",
        ),
        (_ALERT, any_of("runbook")),
        mandate="SRE-3",
        reads=any_of("link exist severity cover documentation"),
        unless=any_of("on_call"),
    ),
    Meaning(
        "alert-rules-are-tested",
        ("rules_pass_their_tests",),
        (any_of("alert slo metric"), any_of("unit_test")),
        mandate="OPS-5",
        reads=any_of("pass_tests stay_up exist run pipeline cover"),
    ),
)
