"""A metric as a page shows it: the name of its series, its labels and its buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# prometheus_client.Histogram.DEFAULT_BUCKETS without +Inf; the same since version 0.0.9 (2015).
DEFAULT_BUCKETS = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0),
)
# In these modes every worker's number is a series of its own, told apart by this label.
_MODES_PER_PROCESS = ("all", "liveall")
# prometheus_client keeps these in memory alone, whatever PROMETHEUS_MULTIPROC_DIR says.
_NEVER_SHARED = ("info", "enum")


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

    def value(self, *, shares: bool, several: bool) -> dict[str, Any]:
        """The value of its fact. `shares`: the workers add their numbers up; `several`: there is
        more than one, so that without this a page shows the numbers of one of them alone."""
        labels = None if self.labels is None else list(self.labels)
        if shares and self.kind == "gauge" and self.multiprocess_mode in _MODES_PER_PROCESS:
            labels = None if labels is None else [*labels, "pid"]
        told: dict[str, Any] = {"name": self.name, "type": self.type, "labels": labels}
        if self.kind == "histogram":
            told["buckets"] = None if self.buckets is None else list(self.buckets)
        if shares and self.kind == "gauge":
            told["multiprocess_mode"] = self.multiprocess_mode
        if several and (not shares or self.kind in _NEVER_SHARED):
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
