"""An alert that, over what was recorded, woke people for nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsready.alerting.groups import AlertingRule, RuleGroup
from opsready.documents.document import Unparsable
from opsready.documents.rule_groups import rule_groups
from opsready.documents.rules import RuleFile
from opsready.promql.literals import format_duration
from opsready.review.check import Case, Check, NotGiven, NotRun
from opsready.review.finding import Finding, Severity

if TYPE_CHECKING:
    from opsready.backtest.backtest import Backtest
    from opsready.backtest.noise import Noise

# A shift of a week in which one alert wakes more often than every third night burns people out: the
# SRE book, chapter 11, asks for at most two events a shift of twelve hours, of all alerts together.
PAGES_A_WEEK_AT_MOST = 2.0
FLAPS_AT_MOST = 3
# Read and evaluated in a second or two: a review is quick.
SAMPLES_AT_MOST = 5_000_000


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert that paged for nothing more than twice a week, or that flaps."""
    history, groups = case.spec.operations.history, _groups(case)
    if not any(isinstance(rule, AlertingRule) for group in groups for rule in group.rules):
        return
    if not history.metrics:
        raise NotGiven("the spec names no recorded metrics: state history.metrics")
    # Here, for what evaluates imports NumPy: a review without a history starts without it.
    from opsready.spec.past import NoPast, backtested, recorder

    try:
        found = backtested(history, case.pack.bundle, groups, SAMPLES_AT_MOST)
    except NoPast as reason:
        raise NotRun(str(reason)) from None
    for noise in found.noise:
        why = _why(noise, found)
        if why:
            yield Finding(
                noise.replayed.rule.path,
                noise.replayed.rule.line,
                f"`{noise.replayed.alert}` {why}, over what {recorder(history)} recorded",
                _remedy(noise),
            )
    if not found.is_whole:
        raise NotRun(f"not all could be held against it: {found.why_not_whole}")


def _groups(case: Case) -> list[RuleGroup]:
    groups: list[RuleGroup] = []
    for file in case.pack.documents(RuleFile):
        try:
            groups += rule_groups(file)
        except Unparsable:
            continue  # `rule-refused` says so
    return groups


def _why(noise: "Noise", found: "Backtest") -> str:
    alert = noise.replayed.alert
    wrong = noise.pages
    if found.scores is not None:
        wrong = sum(p.alert == alert and p.incident is None for p in found.scores.pages)
    a_week = wrong / max(found.weeks, 1)
    if a_week > PAGES_A_WEEK_AT_MOST:
        known = "while no incident was on" if found.scores is not None else "in all"
        return f"paged {wrong} times {known}, {a_week:.1f} a week"
    if noise.pages and noise.flaps > FLAPS_AT_MOST:
        return f"came back {noise.flaps} times within minutes of its end"
    return ""


def _remedy(noise: "Noise") -> str:
    other = noise.better
    if other is None:
        return (
            "Alert on a rate over a longer window, or raise the threshold: `opsready backtest "
            "--sweep` shows what each costs."
        )
    return (
        f"`for: {format_duration(other.for_ms)}` would have fired {other.saved} times fewer, and "
        f"up to {format_duration(other.delay_ms)} later: `opsready backtest --sweep` shows more."
    )


CHECK = Check(
    id="alert-noisy",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert that woke people for nothing, over what was recorded",
    find=find,
)
