"""Every metric of the service.

Several workers answer on one port, so each writes its numbers to a file in
``PROMETHEUS_MULTIPROC_DIR`` and whichever worker is asked adds the files up.
"""

import os

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

HTTP_REQUESTS = Counter(
    "orders_http_requests_total",
    "Requests answered, without those to the health and metrics routes.",
    ["method", "route", "status"],
)
HTTP_DURATION = Histogram(
    "orders_http_request_duration_seconds",
    "Time from a request's arrival to the end of its answer.",
    ["method", "route"],
    # 0.3 is the objective for placing an order: a bucket's edge makes it exact.
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0),
)
HTTP_IN_FLIGHT = Gauge(
    "orders_http_requests_in_flight",
    "Requests being answered now.",
    multiprocess_mode="livesum",
)
ORDERS_PLACED = Counter(
    "orders_placed_total",
    "Orders taken, by how their payment ended.",
    ["outcome"],
)
CACHE_READS = Counter(
    "orders_cache_reads_total",
    "Reads of an order from the cache.",
    ["result"],
)
DEPENDENCY_ERRORS = Counter(
    "orders_dependency_errors_total",
    "Calls to a dependency that failed or took too long, after all retries.",
    ["dependency"],
)
DEPENDENCY_DURATION = Histogram(
    "orders_dependency_call_duration_seconds",
    "Time of one call to a dependency, all retries included.",
    ["dependency"],
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
CIRCUIT_OPEN = Gauge(
    "orders_circuit_open",
    "1 while calls to a dependency are refused without being tried.",
    ["dependency"],
    multiprocess_mode="livemax",
)

# A counter that first appears with its first error hides that error from rate().
for dependency in ("postgresql", "redis", "payments"):
    DEPENDENCY_ERRORS.labels(dependency)
for outcome in ("confirmed", "declined", "failed"):
    ORDERS_PLACED.labels(outcome)
for result in ("hit", "miss", "error"):
    CACHE_READS.labels(result)
CIRCUIT_OPEN.labels("payments").set(0)


def exposition() -> bytes:
    """The numbers of all workers in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
