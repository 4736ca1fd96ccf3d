"""What the service says in Prometheus's text format: every series that it has ever shown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.service import Service

# Without a library that adds workers up, each of them has numbers of its own: as many pages are
# read until each has probably answered.
_PAGES_PER_WORKER = 4
_WELL_KNOWN = ("/metrics", "/-/metrics", "/actuator/prometheus", "/__metrics__")
_BESIDE_HEALTH = ("metrics", "__metrics__")

# The names of a metric's series, by its type.
_ENDINGS = {
    "counter": ("_total", ""),
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("", "_sum", "_count"),
}

Labels = Mapping[str, str]


class NoMetrics(Exception):
    """A page that is not in Prometheus's text format."""


@dataclass(frozen=True)
class Family:
    """A metric as its `# TYPE` line names it: `name` is that of the series for a counter, and
    without `_bucket`, `_sum` and `_count` for a histogram or a summary."""

    name: str
    type: str
    series: tuple[Labels, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that set its series apart, without `le` and `quantile`."""
        own = {"le"} if self.type == "histogram" else {"quantile"} if self.type == "summary" else ()
        return tuple(sorted({label for one in self.series for label in one} - set(own)))

    def values(self, label: str) -> tuple[str, ...]:
        """The values of a label that were seen."""
        return tuple(sorted({one[label] for one in self.series if label in one}))

    @property
    def buckets(self) -> tuple[float, ...]:
        """The upper bounds of a histogram's buckets, without +Inf."""
        bounds = {float(value) for value in self.values("le")}
        return tuple(sorted(bound for bound in bounds if not math.isinf(bound)))


@dataclass(frozen=True)
class MetricsPage:
    """`series` are the label sets by the name of the series; `types` by the name of the metric,
    and `declared` the names that have a type and may have no series yet."""

    path: str
    series: Mapping[str, tuple[Labels, ...]]
    types: Mapping[str, str]
    declared: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, path: str, text: str) -> "MetricsPage":
        """Raises NoMetrics; a page without a single sample is none either."""
        try:
            from prometheus_client.parser import text_string_to_metric_families
        except ModuleNotFoundError:
            raise CannotStage(
                "prometheus_client is missing: pip install 'opsready[rehearse]'"
            ) from None
        series: dict[str, list[Labels]] = {}
        types: dict[str, str] = {}
        declared: set[str] = set()
        try:
            for family in text_string_to_metric_families(text):
                declared |= {family.name + ending for ending in _ENDINGS.get(family.type, ("",))}
                for sample in family.samples:
                    series.setdefault(sample.name, []).append(dict(sample.labels))
                    types[_family_of(sample.name, family.type)] = family.type
        except (ValueError, KeyError, IndexError) as error:
            raise NoMetrics(f"{path} is not in Prometheus's text format: {error}") from None
        if not series:
            raise NoMetrics(f"{path} shows no metric")
        shown = {name: tuple(labels) for name, labels in series.items()}
        return cls(path, shown, types, frozenset(declared))

    def with_page(self, other: "MetricsPage") -> "MetricsPage":
        """All that either of them shows."""
        names = self.series.keys() | other.series.keys()
        merged = {n: _union(self.series.get(n, ()), other.series.get(n, ())) for n in names}
        types, declared = {**self.types, **other.types}, self.declared | other.declared
        return MetricsPage(self.path, merged, types, declared)

    @property
    def families(self) -> tuple[Family, ...]:
        """Every metric, by name."""
        return tuple(
            Family(name, kind, tuple(s for n in _series_of(name, kind) for s in self.series_of(n)))
            for name, kind in sorted(self.types.items())
        )

    def series_of(self, name: str) -> tuple[Labels, ...]:
        """The label sets under which a series was seen; none for a name that was not."""
        return self.series.get(name, ())


def find_metrics_page(
    service: "Service", known: str | None, beside: Sequence[str | None], timeout_s: float
) -> MetricsPage | None:
    """The page at the path that is known, else at the first of the usual places that has one: what
    code says of a path may lack the prefix under which it is served."""
    for path in [*([known] if known else []), *_places(beside)]:
        try:
            return read_metrics_page(service, path, timeout_s)
        except NoMetrics:
            continue
    return None


def read_metrics_page(service: "Service", path: str, timeout_s: float) -> MetricsPage:
    """The page, of all workers together. Raises NoMetrics."""
    pages = [
        _read_once(service, path, timeout_s)
        for _ in range(_PAGES_PER_WORKER * max(service.workers(), 1))
    ]
    whole = pages[0]
    for page in pages[1:]:
        whole = whole.with_page(page)
    return whole


def _read_once(service: "Service", path: str, timeout_s: float) -> MetricsPage:
    answer = service.get(path, timeout_s)
    if answer.status != 200:
        raise NoMetrics(f"{path} said {answer.said}")
    return MetricsPage.parse(path, answer.body.decode("utf-8", "replace"))


def _places(beside: Sequence[str | None]) -> list[str]:
    """The usual places, and those in the folder of a health route: `/v1/__metrics__`."""
    folders = {path.rpartition("/")[0] for path in beside if path}
    found = [*_WELL_KNOWN, *(f"{f}/{name}" for f in sorted(folders) for name in _BESIDE_HEALTH)]
    return list(dict.fromkeys(found))


def _union(one: Iterable[Labels], other: Iterable[Labels]) -> tuple[Labels, ...]:
    return tuple({tuple(sorted(labels.items())): labels for labels in (*one, *other)}.values())


def _family_of(series: str, kind: str) -> str:
    if kind in {"histogram", "summary"}:
        for ending in ("_bucket", "_sum", "_count"):
            if series.endswith(ending):
                return series.removesuffix(ending)
    return series


def _series_of(name: str, kind: str) -> tuple[str, ...]:
    match kind:
        case "histogram":
            return (f"{name}_bucket",)
        case "summary":
            return (name, f"{name}_count")
    return (name,)
