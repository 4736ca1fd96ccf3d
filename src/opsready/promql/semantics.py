"""What differs between versions of Prometheus, as one record a version."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Semantics:
    """How one version evaluates. A profile holds from its version up to the next one."""

    version: str
    left_open: bool
    """A range and the lookback leave out the sample exactly at their start (3.0)."""
    caps_before_zero: bool
    """An extrapolation is first cut to half a gap, then to the zero of a counter (2.51)."""
    compensated: bool
    """`sum` and `avg` carry rounding errors along; the mean is a sum divided once (2.54)."""
    forgives_buckets: bool
    """Bucket counts that fall by less than 1e-12 are rounding, not a decrease (2.49)."""
    dot_matches_newline: bool
    """The dot of a regular expression matches a newline (3.0)."""
    atan2_drops_name: bool
    """atan2 drops the metric's name as other arithmetic does (seen in 3.0, not in 2.42)."""
    variance_of_one_infinity_is_nan: bool
    """stddev and stdvar of a single Inf or NaN give NaN, not 0 (3.0)."""
    pops_the_worst: bool
    """topk and bottomk take the worst sample off their heap before they add a better one; later
    they write over it. It decides which of equal samples stay (seen in 2.42)."""
    has_holt_winters: bool
    """`holt_winters` is a stable function (removed in 3.0)."""
    names_are_utf8: bool
    """Metrics and labels may have any name (3.0)."""
    defaults_interval: bool
    """A rule test without an interval has that of its file; before, all its samples are at 0."""
    verified: bool
    """Scripts or a binary of that version have shown the profile."""


_OLDEST = Semantics(
    version="2.42",
    left_open=False,
    caps_before_zero=False,
    compensated=False,
    forgives_buckets=False,
    dot_matches_newline=False,
    atan2_drops_name=False,
    variance_of_one_infinity_is_nan=False,
    pops_the_worst=True,
    has_holt_winters=True,
    names_are_utf8=False,
    defaults_interval=False,
    verified=True,
)


def _later(before: Semantics, version: str, *, verified: bool, **changed: bool) -> Semantics:
    return Semantics(**{**vars(before), "version": version, "verified": verified, **changed})


_2_51 = _later(
    _OLDEST,
    "2.51",
    verified=False,
    caps_before_zero=True,
    pops_the_worst=False,
    forgives_buckets=True,
    defaults_interval=True,
)
_2_55 = _later(_2_51, "2.55", verified=False, compensated=True)
LATEST = _later(
    _2_55,
    "3.0",
    verified=True,
    left_open=True,
    dot_matches_newline=True,
    atan2_drops_name=True,
    variance_of_one_infinity_is_nan=True,
    has_holt_winters=False,
    names_are_utf8=True,
)

SEMANTICS: Mapping[str, Semantics] = {
    each.version: each for each in (_OLDEST, _2_51, _2_55, LATEST)
}
