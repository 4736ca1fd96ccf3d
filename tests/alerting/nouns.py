"""Rules and series as the tests of this folder write them."""

from opsready.alerting.groups import AlertingRule, RecordingRule, RuleGroup
from opsready.alerting.replay import Replay, replay
from opsready.promql.arrays import Grid, is_stale
from opsready.promql.labels import labels_of
from opsready.promql.script.notation import read_series
from opsready.promql.script.run import series_of
from opsready.promql.series import Store

MINUTE = 60_000


def store(*lines: str) -> Store:
    """Series of which each has a value a minute: `up 1 1 0`."""
    return Store(series_of(read_series(line), MINUTE) for line in lines)


def alert(name: str, expr: str, *, for_min: float = 0, keep_min: float = 0, **more: object):
    return AlertingRule(name, expr, int(for_min * MINUTE), int(keep_min * MINUTE), **more)  # type: ignore[arg-type]


def record(name: str, expr: str, **labels: str) -> RecordingRule:
    return RecordingRule(name, expr, labels)


def group(*rules: AlertingRule | RecordingRule, name: str = "g", **more: int) -> RuleGroup:
    return RuleGroup(name, rules, **more)


def played(groups: list[RuleGroup], history: Store, minutes: int, **more: object) -> Replay:
    """The groups over the first minutes."""
    return replay(groups, history, Grid(0, MINUTE, minutes + 1), **more)  # type: ignore[arg-type]


def timeline(found: Replay, name: str) -> str:
    """A letter a minute: `.` nothing, `p` pending, `F` firing; one line a label set."""
    lines = []
    for history in found.alerts:
        if history.rule.name != name:
            continue
        letters = [["."] * found.grid.count for _ in history.given.labels]
        runs = zip(
            *(
                getattr(history.runs, column).tolist()
                for column in ("rows", "starts", "fires", "ends")
            ),
            strict=True,
        )
        for row, start, fires, end in runs:
            for step in range(start, end):
                at = int(history.times_ms[step]) // MINUTE
                letters[row][at] = "F" if step >= fires else "p"
        lines += ["".join(row) for row in letters]
    return "\n".join(lines)


def samples(found: Replay, name: str, **labels: str) -> str:
    """The values a minute of a recorded series, as the notation of tests has them."""
    series = found.store.get(labels_of({"__name__": name, **labels}))
    if series is None:
        return ""
    stale = is_stale(series.values)
    values = {
        int(at) // MINUTE: "stale" if gone else f"{value:g}"
        for at, value, gone in zip(series.times, series.values, stale, strict=True)
    }
    return " ".join(values.get(minute, "_") for minute in range(max(values) + 1))
