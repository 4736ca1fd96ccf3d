"""One alert for each of many series, over days at one minute: what it takes, as JSON.

Each series is the ratio of two rates of counters, and an alert of its own.
"""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from opsready.alerting.groups import AlertingRule, RuleGroup
from opsready.alerting.replay import replay
from opsready.promql.arrays import Grid
from opsready.promql.labels import labels_of
from opsready.promql.series import Series, Store

MINUTE_MS = 60_000
DAY = 1_440
MISSED = 0.01
"""With gaps this share of the scrapes failed, for each instance at times of its own."""
HISTORIES = 16
"""So many differ; making a thousand would take longer than to evaluate them."""


def history(instances: int, steps: int, *, gaps: bool) -> Iterator[Series]:
    """Errors and requests of each instance."""
    rng = np.random.default_rng(1)
    times = MINUTE_MS * np.arange(steps)
    made = [_counters(rng, steps) for _ in range(min(HISTORIES, instances))]
    for number in range(instances):
        there = rng.random(steps) >= (MISSED if gaps else 0)
        for name, values in made[number % len(made)].items():
            labels = labels_of({"__name__": name, "instance": f"i{number}"})
            yield Series.of(labels, times[there], values[there])


def _counters(rng: np.random.Generator, steps: int) -> Mapping[str, np.ndarray]:
    """Some hours of trouble among days of little."""
    share = np.full(steps, 0.0003)
    start = int(rng.integers(0, steps - 900))
    share[start : start + int(rng.integers(10, 900))] = 0.05
    counts = {"all_total": rng.poisson(600, steps), "bad_total": rng.binomial(600, share)}
    return {name: np.cumsum(each).astype(float) for name, each in counts.items()}


def _peak_mb() -> float:
    """Of this program alone: what `getrusage` knows began with the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Loading is left out of the time, and counts in the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--window", default="1h")
    parser.add_argument("--gaps", action="store_true", help="each instance misses scrapes")
    options = parser.parse_args()
    window, steps = options.window, options.days * DAY + 1
    expr = f"rate(bad_total[{window}]) / rate(all_total[{window}]) > 0.02"
    rules = RuleGroup("g", (AlertingRule("Burn", expr, for_ms=2 * MINUTE_MS),))
    store = Store(history(options.series, steps, gaps=options.gaps))
    wall, cpu = time.perf_counter(), time.process_time()
    episodes = list(replay([rules], store, Grid(0, MINUTE_MS, steps)).episodes)
    shown = {
        "seconds": time.perf_counter() - wall,
        "processor_seconds": time.process_time() - cpu,
        "fired": sum(each.firing_at_ms is not None for each in episodes),
        "peak_mb": _peak_mb(),
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
