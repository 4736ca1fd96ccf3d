"""What was recorded of the service, as the spec names it: samples, and past incidents."""

from collections.abc import Sequence
from pathlib import Path

from opsready.alerting.groups import RuleGroup
from opsready.backtest.backtest import Asked, Backtest, backtest
from opsready.backtest.history.gather import BadHistory, Wanted
from opsready.backtest.history.read import read_history
from opsready.backtest.incidents import IncidentLog
from opsready.backtest.past import Recorded
from opsready.backtest.replays import BadSpan, Window, judged
from opsready.documents.document import Unparsable
from opsready.documents.incidents import Incidents
from opsready.promql import PromQLError, parse
from opsready.promql.uses import selectors
from opsready.spec.spec import History

_INCIDENTS_BYTES_AT_MOST = 2_000_000


class NoPast(Exception):
    """Nothing recorded that rules could be held against; it says why, and what to do."""


def backtested(
    history: History, root: Path, groups: Sequence[RuleGroup], samples_at_most: int
) -> Backtest:
    """The rules over the recorded samples of the tree. Raises NoPast."""
    if not history.metrics:
        raise NoPast("the spec names no recorded metrics: state history.metrics")
    if "://" in history.metrics:
        raise NoPast("its recorded metrics are on a server: opsready backtest --url asks it")
    log = _log(history, root)
    rules = judged(groups).rules
    try:
        wanted = Wanted(_read(rules.metrics(), log), samples_at_most=samples_at_most)
        samples = read_history([_inside(root, history.metrics)], wanted)
        window = Window(samples.start_ms, samples.end_ms)
        return backtest(groups, Recorded(samples), window, Asked(log))
    except (BadHistory, BadSpan, PromQLError) as error:
        raise NoPast(f"history.metrics: {error}".replace(f"{root}/", "")) from None


def _log(history: History, root: Path) -> IncidentLog | None:
    if not history.incidents:
        return None
    path = _inside(root, history.incidents)
    try:
        text = path.read_bytes()[: _INCIDENTS_BYTES_AT_MOST + 1].decode()
        return Incidents.parse(history.incidents, text).log
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise NoPast(f"history.incidents: {history.incidents}: cannot be read: {why}") from None
    except Unparsable as error:
        raise NoPast(f"history.incidents: {error}") from None


def _inside(root: Path, path: str) -> Path:
    """A file of the tree: a link or `..` may lead to somebody else's."""
    found = (root / path).resolve()
    if not found.is_relative_to(root.resolve()):
        raise NoPast(f"{path} lies outside of the tree")
    return found


def _read(metrics: frozenset[str] | None, log: IncidentLog | None) -> frozenset[str] | None:
    """The metrics that the rules read, and those of the budget."""
    budget = log.budget if log is not None else None
    for text in () if budget is None else (budget.bad, budget.total):
        for use in selectors(parse(text)):
            if metrics is None or use.selector.metrics is None:
                return None
            metrics |= set(use.selector.metrics)
    return metrics
