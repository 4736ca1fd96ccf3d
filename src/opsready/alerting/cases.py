"""Unit tests of rules, as promtool's files state them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """An alert with its annotations, or a sample with its value: expected, or got."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] | None = None
    value: float | None = None


@dataclass(frozen=True)
class AlertCase:
    """These alerts of one name fire at a time, and no others."""

    alert: str
    at_ms: int
    expected: tuple[Seen, ...]
    line: int

    @property
    def fires(self) -> bool:
        """Whether any is expected."""
        return bool(self.expected)


@dataclass(frozen=True)
class ExprCase:
    """An expression gives these samples at a time; `expected` has labels as they are written."""

    expr: str
    at_ms: int
    expected: tuple[tuple[str, float], ...]
    line: int


@dataclass(frozen=True)
class InputSeries:
    """A series and its values in the notation of tests."""

    series: str
    values: str
    line: int


@dataclass(frozen=True)
class UnitTest:
    """Series, and what is asked of the rules over them. `interval_ms` is that of the samples, 0
    where it is not given."""

    name: str
    line: int
    interval_ms: int = 0
    series: tuple[InputSeries, ...] = ()
    alerts: tuple[AlertCase, ...] = ()
    exprs: tuple[ExprCase, ...] = ()
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    start_ms: int = 0

    @property
    def last_ms(self) -> int:
        """The latest time that is asked about."""
        times = (*(case.at_ms for case in self.alerts), *(case.at_ms for case in self.exprs))
        return max(times, default=0)


@dataclass(frozen=True)
class UnitTestFile:
    """The tests of one file. `rule_files` are patterns relative to its folder, as written."""

    path: str
    rule_files: tuple[str, ...] = ()
    interval_ms: int = 60_000
    group_order: tuple[str, ...] = ()
    fuzzy: bool = False
    tests: tuple[UnitTest, ...] = ()
