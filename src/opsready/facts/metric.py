"""A metric as a page shows it: the name of its series, its labels and its buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# prometheus_client.Histogram.DEFAULT_BUCKETS without +Inf; the same since version 0.0.9 (2015).
DEFAULT_BUCKETS = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0),
)
# In these modes every worker's number is a series of its own, told apart by this label.
_MODES_PER_PROCESS = ("all", "liveall")
# prometheus_client keeps these in memory alone, whatever PROMETHEUS_MULTIPROC_DIR says.
_NEVER_SHARED = ("info", "enum")


class Sharing(NamedTuple):
    """What the workers of a service do with their numbers. `several`: there is more than one;
    `shares`: they keep them where one of them adds them up; `may_share`: they do, if the
    environment says so."""

    several: bool = False
    shares: bool = False
    may_share: bool = False


@dataclass(frozen=True)
class Metric:
    """`kind` is the class of prometheus_client in small letters. `labels` and `buckets` are None
    where the code does not show them; buckets are upper bounds without +Inf."""

    kind: str
    name: str
    labels: Sequence[str] | None = ()
    buckets: Sequence[float] | None = None
    multiprocess_mode: str = "all"

    @property
    def type(self) -> str:
        """As the text format declares it, which knows no infos and no enumerations."""
        return "gauge" if self.kind in _NEVER_SHARED else self.kind

    @property
    def bounds(self) -> tuple[float, ...] | None:
        """The buckets as a tuple."""
        return None if self.buckets is None else tuple(self.buckets)

    def value(self, sharing: Sharing) -> dict[str, Any]:
        """The value of its fact; `per_process` where a page shows one worker's numbers alone."""
        labels = None if self.labels is None else list(self.labels)
        is_gauge = self.kind == "gauge"
        if sharing.shares and is_gauge and self.multiprocess_mode in _MODES_PER_PROCESS:
            labels = None if labels is None else [*labels, "pid"]
        told: dict[str, Any] = {"name": self.name, "type": self.type, "labels": labels}
        if self.kind == "histogram":
            told["buckets"] = None if self.buckets is None else list(self.buckets)
        if sharing.shares and is_gauge:
            told["multiprocess_mode"] = self.multiprocess_mode
        if sharing.several and (not sharing.may_share or self.kind in _NEVER_SHARED):
            told["per_process"] = True
        return told


def exposed_name(kind: str, name: str, unit: str = "") -> str:
    """The name of the series of a metric, without `_bucket`, `_sum` and `_count`
    (prometheus_client.metrics._build_full_name, since 0.4)."""
    if kind == "counter":
        name = name.removesuffix("_total")
    if unit and not name.endswith(f"_{unit}"):
        name = f"{name}_{unit}"
    return name + {"counter": "_total", "info": "_info"}.get(kind, "")
