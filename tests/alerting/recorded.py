"""What rules recorded, in the notation of tests."""

from opsready.alerting.replay import Replay
from opsready.promql.arrays import is_stale
from opsready.promql.labels import labels_of
from tests.alerting.nouns import MINUTE


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
