"""Histories as they are in the field: counters with resets, gaps, jitter, NaN and infinities."""

import numpy as np

from opsready.promql.labels import labels_of
from opsready.promql.series import Series

START_MS = 1_700_000_000_000
SCRAPE_MS = 15_000


def counter(rng: np.random.Generator, count: int, *, resets: float = 0.01) -> np.ndarray:
    """Rises by random amounts, and falls to near nothing now and then."""
    steps = rng.choice([0.0, 1.0, 2.5, 0.1, 7.3], size=count) * rng.random(count)
    values, total = np.empty(count), 0.0
    fallen = rng.random(count) < resets
    for place, step in enumerate(steps.tolist()):
        total = step if fallen[place] else total + step
        values[place] = total
    return values


def gauge(rng: np.random.Generator, count: int, *, odd: float = 0.0) -> np.ndarray:
    values = np.round(rng.normal(5, 20, count), 3)
    strange = rng.random(count) < odd
    values[strange] = rng.choice([np.nan, np.inf, -np.inf, 0.0], size=int(strange.sum()))
    return values


def times(rng: np.random.Generator, count: int, *, gaps: float, jitter_ms: int) -> np.ndarray:
    stamps = START_MS + SCRAPE_MS * np.arange(count) + rng.integers(0, jitter_ms + 1, count)
    there = rng.random(count) >= gaps
    hole = int(rng.integers(0, count))
    there[hole : hole + int(rng.integers(0, 60))] = False
    return stamps[there] if there.any() else stamps


def series(name: str, labels: dict[str, str], stamps: np.ndarray, values: np.ndarray) -> Series:
    place = (stamps - START_MS) // SCRAPE_MS
    return Series.of(labels_of({"__name__": name, **labels}), stamps, values[place])


def history(seed: int, count: int = 960) -> list[Series]:
    """Four hours of a small service."""
    rng = np.random.default_rng(seed)
    found = []
    for job in ("api", "web"):
        for instance in ("a", "b", "c"):
            labels = {"job": job, "instance": instance}
            stamps = times(rng, count, gaps=0.05, jitter_ms=900)
            for code in ("200", "500"):
                of_code = {**labels, "code": code}
                found.append(series("requests_total", of_code, stamps, counter(rng, count)))
            found.append(series("load", labels, stamps, gauge(rng, count)))
            odd = times(rng, count, gaps=0.3, jitter_ms=0)
            found.append(series("odd", labels, odd, gauge(rng, count, odd=0.2)))
            found.append(series("limit", labels, stamps, np.full(count, 20.0)))
        buckets = np.zeros(count)
        stamps = times(rng, count, gaps=0.02, jitter_ms=0)
        for bound in ("0.1", "0.5", "1", "2.5", "+Inf"):
            buckets = buckets + counter(rng, count, resets=0)
            found.append(series("latency_bucket", {"job": job, "le": bound}, stamps, buckets))
        info = {"job": job, "version": "1" if job == "api" else "2"}
        found.append(series("info", info, stamps, np.ones(count)))
    return found
