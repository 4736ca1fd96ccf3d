"""The whole of a backtest: rules over what was, held against incidents, other rules, promises."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from opsready.alerting.groups import RuleGroup
from opsready.alerting.reads import in_circles
from opsready.backtest.compare import RECORDED, Change, Fidelity, changes, fidelity
from opsready.backtest.incidents import Incident, IncidentLog, incidents_of_impact, within
from opsready.backtest.noise import WEEK_MS, Noise, noisiest, together
from opsready.backtest.past import Past
from opsready.backtest.promise import Kept, Promise, kept
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import LeftOut, Window
from opsready.backtest.scores import Burn, Scores, score
from opsready.backtest.sweep import Point, Sweep, sweep_over, with_thresholds
from opsready.promql.arrays import Grid

_NOTHING = "nothing was recorded of what the rules read"


@dataclass(frozen=True)
class Asked:
    """What a user wants to know beside the first screen."""

    log: IncidentLog | None = None
    impact: str = ""
    old_groups: tuple[RuleGroup, ...] | None = None
    sweeps: tuple[Sweep, ...] = ()
    swept: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    fidelity: bool = False

    @property
    def expressions(self) -> tuple[str, ...]:
        """What is evaluated beside rules."""
        budget = self.log.budget if self.log is not None else None
        of_budget = (budget.bad, budget.total) if budget is not None else ()
        found = (self.impact, *of_budget, RECORDED if self.fidelity else "")
        return tuple(filter(None, found))

    def other_rules(self, groups: Sequence[RuleGroup]) -> Iterator[Sequence[RuleGroup]]:
        """What is evaluated beside the rules as they are: the old ones, and other thresholds."""
        if self.old_groups is not None:
            yield self.old_groups
        for sweep in self.sweeps:
            for value in sweep.values if sweep.what == "threshold" else ():
                yield with_thresholds(groups, value, sweep, self.swept)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What came of it. `left_out` are rules that were not evaluated, `partial` says what else is
    missing: with either, no promise counts as kept."""

    window: Window
    replayed: tuple[Replayed, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] | None = None
    scores: Scores | None = None
    changes: tuple[Change, ...] = ()
    fidelity: Fidelity | None = None
    sweeps: tuple[tuple[Point, ...], ...] = ()
    kept: tuple[Kept, ...] = ()

    @cached_property
    def noise(self) -> tuple[Noise, ...]:
        """Every alert, those that made most pages first."""
        return noisiest(self.replayed)

    @cached_property
    def together(self) -> tuple[tuple[str, str], ...]:
        """Paging alerts that fire at the same times."""
        return together(self.replayed)

    @property
    def weeks(self) -> float:
        """How long the span is."""
        return max(self.window.to_ms - self.window.from_ms, 1) / WEEK_MS

    @property
    def pages(self) -> int:
        """How often somebody was woken."""
        return sum(one.pages for one in self.noise)

    @property
    def is_whole(self) -> bool:
        """Whether all rules were evaluated at all times, over data that is not known to lack
        any."""
        return not self.why_not_whole

    @property
    def why_not_whole(self) -> str:
        """The first reason; '' where there is none."""
        failed = (f"{one.alert}: {one.why_failed}" for one in self.replayed if one.failed)
        left_out = (f"{one.rule.name}: {one.why}" for one in self.left_out)
        return next(iter((*left_out, *failed, *self.partial)), "")

    @cached_property
    def figures(self) -> Mapping[str, float | None]:
        """What promises are about; durations in milliseconds."""
        figures: dict[str, float | None] = {
            "pages": self.pages,
            "pages/week": self.pages / self.weeks,
            "flaps": sum(one.flaps for one in self.noise),
        }
        if self.scores is not None:
            burnt = [one.burnt for one in self.scores.caught if one.burnt is not None]
            figures |= {
                "precision": self.scores.precision,
                "recall": self.scores.recall,
                "missed": sum(one.by is None for one in self.scores.caught),
                "duplicates": self.scores.duplicates,
                "detection": max(self.scores.detections_ms, default=None),
                "reset": max(self.scores.resets_ms, default=None),
                "budget": max(burnt, default=None),
            }
        if self.fidelity is not None:
            figures["fidelity"] = self.fidelity.share
        return figures


def backtest(
    groups: Sequence[RuleGroup],
    past: Past,
    window: Window,
    asked: Asked | None = None,
) -> Backtest:
    """Evaluates the rules over what was, and answers what was asked. Raises BadSpan, BadRule,
    PromQLError, and what the past raises where it cannot answer."""
    asked = asked or Asked()
    rules = past.judged(groups, asked.expressions)
    replayed = past.replayed(rules, window)
    grid = Window(window.from_ms, window.to_ms, window.step_ms).grid(0, window.from_ms)
    found = Backtest(window, replayed, rules.left_out, (*past.notes, *_circles(rules.groups)))
    incidents = _incidents(past, asked, window, grid)
    if incidents is not None:
        found = replace(found, notes=(*found.notes, *_unscored(asked, incidents)))
        burn = _burn(past, asked, grid)
        found = replace(found, incidents=incidents, scores=score(replayed, incidents, burn))
    if asked.fidelity:
        found = replace(found, fidelity=fidelity(replayed, past.vector(RECORDED, grid), grid))
    if asked.old_groups is not None:
        before = past.replayed(past.judged(asked.old_groups), window)
        found = replace(found, changes=changes(before, replayed))
    points = tuple(
        sweep_over(
            sweep,
            rules.groups,
            replayed,
            lambda changed: past.replayed(past.judged(changed), window),
            incidents,
            asked.swept,
        )
        for sweep in asked.sweeps
    )
    nothing = bool(replayed) and all(one.missing for one in replayed)
    partial = (*past.partial, *((_NOTHING,) if nothing else ()))
    found = replace(found, sweeps=points, partial=partial)
    return replace(found, kept=kept(asked.promises, found.figures))


def _circles(groups: Sequence[RuleGroup]) -> tuple[str, ...]:
    """What is to be said of rules that read what they write."""
    names = dict.fromkeys(rule.name for rule in in_circles(groups))
    told = f"In a circle: {', '.join(names)}: each reads what was recorded the evaluation before"
    return (told,) if names else ()


def _incidents(past: Past, asked: Asked, window: Window, grid: Grid) -> tuple[Incident, ...] | None:
    if asked.log is None and not asked.impact:
        return None
    written = asked.log.incidents if asked.log is not None else ()
    seen = incidents_of_impact(past.vector(asked.impact, grid), grid) if asked.impact else ()
    return within((*written, *seen), window.from_ms, window.to_ms)


def _unscored(asked: Asked, incidents: Sequence[Incident]) -> Iterator[str]:
    """What tells of no incident in the span."""
    written = asked.log.incidents if asked.log is not None else ()
    if asked.impact and all(one in written for one in incidents):
        yield f"`{asked.impact}` gave nothing in the whole span, and tells of no incident"
    outside = sum(one not in incidents for one in written)
    if outside:
        yield f"Outside of the span, and not scored: {outside} of {len(written)} written incidents"


def _burn(past: Past, asked: Asked, grid: Grid) -> Burn | None:
    budget = asked.log.budget if asked.log is not None else None
    if budget is None:
        return None
    bad, total = past.vector(budget.bad, grid), past.vector(budget.total, grid)
    return Burn(budget, bad, total, grid)
