"""What can be shown of metrics and dashboards."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of

_SIGNALS = any_of("latency error_rate throughput saturation golden_signals")
_WATCHING = any_of("monitoring metric dashboard golden_signals")


def _is_named(clause: Clause) -> bool:
    known = any_of("dashboard metrics_page alert")
    return bool(clause.code) or clause.names(_SIGNALS | known)


MEANINGS = (
    Meaning(
        "signals-are-watched",
        (
            "golden-signal-unwatched",
            "metrics_are_emitted",
        ),
        (_WATCHING, _SIGNALS),
        mandate="DONE-2",
        reads=any_of("cover exist expose route request service journey endpoint verify"),
        unless=any_of("fire alert slo budget"),
    ),
    Meaning(
        "metrics-are-emitted",
        (
            "metric-not-emitted",
            "metrics_are_emitted",
        ),
        (any_of("metric metrics_page monitoring"), any_of("expose metrics_page")),
        mandate="DONE-2",
        reads=any_of("service dashboard request verify alert exist respond run"),
        unless=_SIGNALS,
        needs=(Need("metric", _is_named),),
        names=True,
    ),
    Meaning(
        "dashboard-shows-a-journey",
        (
            "metric-not-emitted",
            "metrics_are_emitted",
        ),
        (any_of("dashboard"), any_of("journey slo availability budget burn")),
        mandate="DONE-2",
        reads=any_of("cover exist expose service request link"),
        unless=any_of("alert"),
    ),
)
