"""The metrics page of the real service, read again and again on a clock of our own.

Each reading counts as one scrape, a quarter of a minute after the one before, however soon it came:
shares of errors are what they are in production, and hours of a window are seconds here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsready.backtest.synthetic.world import SCRAPE_MS, START_MS
from opsready.promql.arrays import STALE_VALUE
from opsready.promql.labels import Labels, labels_of
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.series import Series, Store
from opsready.rehearsal.stage.metrics_page import NoMetrics
from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.service import Service


class Scrapes:
    """What was read so far. `added` are the labels that scraping adds."""

    def __init__(self, service: "Service", path: str, timeout_s: float, job: str) -> None:
        self._service = service
        self._path = path
        self._timeout_s = timeout_s
        self._added = {"job": job, "instance": "rehearsal"}
        self._samples: dict[Labels, tuple[list[int], list[float]]] = {}
        self._before: set[Labels] = set()
        self.now_ms = START_MS

    def take(self) -> None:
        """One scrape; the clock goes on. A page that does not come is `up` 0, as it would be."""
        self.now_ms += SCRAPE_MS
        answer = self._service.get(self._path, self._timeout_s)
        shown: dict[Labels, float] = {}
        if answer.status == 200:
            shown = _samples(self._path, answer.body.decode("utf-8", "replace"), self._added)
        for gone in self._before - shown.keys():
            self._note(gone, STALE_VALUE)
        for labels, value in shown.items():
            self._note(labels, value)
        self._before = set(shown)
        self._note(labels_of({METRIC_NAME: "up", **self._added}), float(bool(shown)))

    def store(self) -> Store:
        """All of it as series."""
        columns = self._samples.items()
        return Store(Series.of(labels, times, values) for labels, (times, values) in columns)

    def _note(self, labels: Labels, value: float) -> None:
        times, values = self._samples.setdefault(labels, ([], []))
        times.append(self.now_ms)
        values.append(value)


def _samples(path: str, text: str, added: Mapping[str, str]) -> dict[Labels, float]:
    """The samples of a page. Raises NoMetrics."""
    try:
        from prometheus_client.parser import text_string_to_metric_families
    except ModuleNotFoundError:
        raise CannotStage(
            "prometheus_client is missing: pip install 'opsready[rehearse]'"
        ) from None
    try:
        return {
            labels_of({**sample.labels, METRIC_NAME: sample.name, **added}): float(sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    except (ValueError, KeyError, IndexError) as error:
        raise NoMetrics(f"{path} is not in Prometheus's text format: {error}") from None
