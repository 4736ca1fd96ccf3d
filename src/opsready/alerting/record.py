"""What rules write: samples at each evaluation, and the mark of staleness where one vanishes."""

from collections.abc import Iterable, Sequence

import numpy as np

from opsready.promql.arrays import STALE_VALUE, Bools, Floats, Ints
from opsready.promql.labels import Labels
from opsready.promql.series import Series, Store


def as_series(
    labels: Sequence[Labels], values: Floats, present: Bools, times_ms: Ints
) -> Iterable[Series]:
    """A series for each row; where a sample does not come again, the mark that it ended."""
    for of_row, samples, there in zip(labels, values, present, strict=True):
        first = int(there.argmax()) if there.size else 0
        if there[first:].all():  # nothing ends: there is no mark, and nothing to be copied
            held = np.ascontiguousarray(samples[first:])
            yield Series(of_row, times_ms[first:], held, never_ends=True)
            continue
        written = there.copy()
        written[1:] |= there[:-1]
        if written.any():
            marked = samples.copy()
            marked[~there] = STALE_VALUE
            yield Series(of_row, times_ms[written], marked[written])


def write(store: Store, series: Series) -> Ints:
    """Adds a series; the times of those samples that are there with another value, which stay."""
    there = store.get(series.labels)
    if there is None:
        store.put(series)
        return series.times[:0]
    times = np.concatenate([there.times, series.times])
    values = np.concatenate([there.values, series.values])
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    again = np.flatnonzero(times[1:] == times[:-1]) + 1
    bits = values.view(np.uint64)
    stale = bits[again] == np.array([STALE_VALUE]).view(np.uint64)[0]
    clash = again[(bits[again] != bits[again - 1]) & ~stale]
    kept = np.ones(times.size, dtype=np.bool_)
    kept[again] = False
    mixed = there.holds_histograms or series.holds_histograms
    store.put(Series(series.labels, times[kept], values[kept], mixed))
    return np.asarray(times[clash])
