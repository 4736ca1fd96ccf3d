"""What differs between versions of Prometheus, as one record a version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Semantics:
    """How one version evaluates. A profile holds from its version up to the next one."""

    version: str
    left_open: bool
    """A range and the lookback leave out the sample exactly at their start (3.0)."""
    caps_before_zero: bool
    """An extrapolation is first cut to half a gap, then to the zero of a counter (2.51)."""
    compensated: bool
    """`sum` (2.54) and `avg` (2.55) carry rounding errors along; a mean is a sum divided once."""
    divides_rest_apart: bool
    """A mean divides its sum, and what rounding took from that, each on its own (3.5)."""
    forgives_buckets: bool
    """Bucket counts that fall by less than 1e-12 are rounding, not a decrease (2.49)."""
    fractions_of_buckets: bool
    """`histogram_fraction` takes classic buckets too (3.4)."""
    dot_matches_newline: bool
    """The dot of a regular expression matches a newline (3.0)."""
    atan2_drops_name: bool
    """atan2 drops the metric's name as other arithmetic does (2.47)."""
    variance_of_one_infinity_is_nan: bool
    """stddev and stdvar of a single Inf or NaN give NaN, not 0 (3.0)."""
    pops_the_worst: bool
    """topk and bottomk take the worst sample off their heap before they add a better one; later
    they write over it. It decides which of equal samples stay (seen in 2.42)."""
    ranks_what_is_there: bool
    """`topk` and `bottomk` fail of a parameter only where there is something to rank, and never
    of one that is too small (3.5)."""
    has_holt_winters: bool
    """`holt_winters` is a stable function (removed in 3.0)."""
    numbers_are_durations: bool
    """A number of seconds stands for a duration and the reverse, and 1_000 is a number (2.54)."""
    names_are_utf8: bool
    """Metrics and labels may have any name, in quotes where it needs them (3.0)."""
    replaces_utf8_labels: bool
    """`label_replace` may write a label of any name (3.3)."""
    titles_by_words: bool
    """`title` of a template takes the words of Unicode: It's, not It'S (3.2; 2.53 had not yet)."""
    defaults_interval: bool
    """A rule test without an interval has that of its file; before, all its samples are at 0."""
    verified: bool
    """Scripts or a binary of that version have shown the profile."""


_2_42 = Semantics(
    version="2.42",
    left_open=False,
    caps_before_zero=False,
    compensated=False,
    divides_rest_apart=False,
    forgives_buckets=False,
    fractions_of_buckets=False,
    dot_matches_newline=False,
    atan2_drops_name=False,
    variance_of_one_infinity_is_nan=False,
    pops_the_worst=True,
    ranks_what_is_there=False,
    has_holt_winters=True,
    numbers_are_durations=False,
    names_are_utf8=False,
    replaces_utf8_labels=False,
    titles_by_words=False,
    defaults_interval=False,
    verified=True,
)
_2_51 = replace(
    _2_42,
    version="2.51",
    caps_before_zero=True,
    pops_the_worst=False,
    forgives_buckets=True,
    atan2_drops_name=True,
    defaults_interval=True,
)
_2_55 = replace(_2_51, version="2.55", verified=False, compensated=True, numbers_are_durations=True)
DEFAULT = replace(
    _2_55,
    version="3.0",
    verified=True,
    left_open=True,
    dot_matches_newline=True,
    variance_of_one_infinity_is_nan=True,
    has_holt_winters=False,
    names_are_utf8=True,
)
_3_5 = replace(
    DEFAULT,
    version="3.5",
    divides_rest_apart=True,
    fractions_of_buckets=True,
    ranks_what_is_there=True,
    replaces_utf8_labels=True,
    titles_by_words=True,
)

SEMANTICS: Mapping[str, Semantics] = {
    each.version: each for each in (_2_42, _2_51, _2_55, DEFAULT, _3_5)
}
ANY = replace(_3_5, version="any", has_holt_winters=True)
"""What some version reads: for what looks at an expression, and evaluates nothing."""
