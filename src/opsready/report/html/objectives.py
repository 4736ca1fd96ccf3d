"""Objectives as they stand in the report: budget, and the burn alerts that watch it."""

from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.expression import Condition, condition_of
from opsready.documents.openslo import Slo as FiledSlo
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import DEPTH_AT_MOST, RuleBook
from opsready.documents.rules import Alert
from opsready.hats.pack import Pack
from opsready.promql.nodes import Expr
from opsready.promql.uses import selectors
from opsready.spec.spec import Slo, Spec

_DAY_S = 86_400.0


@dataclass(frozen=True)
class Tier:
    """A burn alert, as its rule has it: `threshold` is the share of bad events over the window
    `long_s` from which it fires; `short_s` is the window by which it ends."""

    alert: str
    pages: bool
    threshold: float
    long_s: float
    short_s: float
    wait_s: float = 0.0

    def fires_after_s(self, bad: float) -> float | None:
        """From when this share of events is bad, after none was; None where it never fires."""
        return self.long_s * self.threshold / bad + self.wait_s if bad > self.threshold else None


@dataclass(frozen=True)
class Objective:
    """`path` is empty for one that stands in the spec alone; without a window or a budget, which
    files may leave out, nothing can be drawn."""

    name: str
    says: str
    good_percent: float | None
    window_s: float | None
    policy: str = ""
    path: str = ""
    line: int = 0
    tiers: tuple[Tier, ...] = ()

    @property
    def budget(self) -> float:
        """The share that may be bad; 0 where nobody says."""
        return round(1 - self.good_percent / 100, 12) if self.good_percent is not None else 0.0

    @property
    def budget_minutes(self) -> float:
        """The budget as minutes in which nothing works."""
        return self.budget * (self.window_s or 0) / 60

    def spent_by(self, tier: Tier) -> float:
        """The share of the budget that is spent when the tier fires."""
        whole = self.budget * (self.window_s or 0)
        return tier.threshold * tier.long_s / whole if whole else 0.0

    def factor_of(self, tier: Tier) -> float:
        """How many times as fast as is sustainable the budget burns at the tier's threshold."""
        return tier.threshold / self.budget if self.budget else 0.0


def objectives(spec: Spec, pack: Pack) -> list[Objective]:
    """Those of the spec, each with the file that holds it too, then those of files alone."""
    filed = [slo for file in pack.documents(SloFile) for slo in file.slos]
    book = pack.bundle.assembled(RuleBook)
    decided = spec.operations.slos
    pairs = [(slo, next((f for f in filed if _is_of(f, slo)), None)) for slo in decided]
    known = {id(file) for _, file in pairs}
    alone = [slo for slo in filed if id(slo) not in known]
    return [
        *(_decided(slo, file, book) for slo, file in pairs),
        *(_filed(slo, book) for slo in alone),
    ]


def _is_of(filed: FiledSlo, slo: Slo) -> bool:
    return filed.name == slo.name or filed.name.endswith(f"-{slo.name}")


def _decided(slo: Slo, filed: FiledSlo | None, book: RuleBook) -> Objective:
    """With the window of its file, where that names one: whole days are all that the spec has."""
    window = filed.window_s if filed and filed.window_s else slo.window_days * _DAY_S
    limit = f", at most {slo.threshold_s:g} s" if slo.threshold_s else ""
    where = f" of {slo.where}" if slo.where else ""
    return Objective(
        slo.name,
        f"{slo.kind.replace('_', ' ')}{where}{limit}",
        slo.objective_percent,
        window,
        slo.policy or "",
        filed.path if filed else "",
        filed.line if filed else 0,
        tuple(_tiers(slo.name, filed, slo.budget_ratio, book)),
    )


def _filed(slo: FiledSlo, book: RuleBook) -> Objective:
    return Objective(
        slo.name,
        f"{slo.dialect} of {slo.service}" if slo.service else slo.dialect,
        None if slo.target_ratio is None else round(slo.target_ratio * 100, 10),
        slo.window_s,
        "",
        slo.path,
        slo.line,
        tuple(_tiers(slo.name, slo, slo.budget_ratio or 0, book)),
    )


def _tiers(name: str, filed: FiledSlo | None, budget: float, book: RuleBook) -> Iterator[Tier]:
    """Fastest first; each way of a rule that compares a share over a window is one."""
    found = {
        tier
        for alert in book.alerts
        if book.is_burn_alert(alert) and _watches(alert, name, filed, book)
        for tier in _tiers_of(alert, book)
        if budget <= tier.threshold < 1
    }
    yield from sorted(found, key=lambda tier: (-tier.threshold, tier.alert))


def _watches(alert: Alert, name: str, filed: FiledSlo | None, book: RuleBook) -> bool:
    """By a label that names the objective; where alerts have none, by what both measure."""
    if any(value == name or value.endswith(f"-{name}") for value in alert.labels.values()):
        return True
    if any("slo" in label for label in alert.labels) or filed is None:
        return False
    measured = {m for query in filed.queries if query.root for m in book.source_metrics(query.root)}
    root = alert.expression.root
    return root is not None and bool(measured & book.source_metrics(root))


def _tiers_of(alert: Alert, book: RuleBook) -> Iterator[Tier]:
    for way in alert.expression.ways:
        shares = [c for part in way if (c := condition_of(part)) and _is_of_a_share(c)]
        windows = {window for c in shares for window in _windows(c.value, book)}
        if windows:
            bound = max(condition.bound for condition in shares)
            yield Tier(alert.name, alert.pages, bound, max(windows), min(windows), alert.for_s)


def _is_of_a_share(condition: Condition) -> bool:
    """What is compared with a number below 1; that so many requests were bad is a count."""
    return condition.op in {">", ">="} and 0 < condition.bound < 1


def _windows(expr: Expr, book: RuleBook, depth: int = 0) -> set[float]:
    """The windows of what it reads; a recorded metric has that of its rule."""
    found: set[float] = set()
    for use in selectors(expr):
        own = (use.reach_ms - use.selector.offset_ms) / 1000
        recorded = book.resolve(use.selector.name or "") if depth < DEPTH_AT_MOST else ()
        found |= {own} if own else set().union(*(_windows(e, book, depth + 1) for e in recorded))
    return found
