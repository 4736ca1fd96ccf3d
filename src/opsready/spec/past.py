"""What was recorded of the service, as the spec names it: samples, and past incidents."""

from collections.abc import Sequence
from pathlib import Path

from opsready.alerting.groups import RuleGroup
from opsready.backtest.backtest import Asked, Backtest, backtest
from opsready.backtest.history.gather import BadHistory, Wanted
from opsready.backtest.history.read import History as Recording
from opsready.backtest.history.read import Reading
from opsready.backtest.incidents import IncidentLog
from opsready.backtest.past import Recorded
from opsready.backtest.replays import BadSpan, Window, judged
from opsready.documents.document import Unparsable
from opsready.documents.incidents import Incidents
from opsready.promql import PromQLError, parse
from opsready.promql.uses import selectors
from opsready.sources.source import Bundle
from opsready.spec.spec import History


class NoPast(Exception):
    """Nothing recorded that rules could be held against; it says why, and what to do."""


def backtested(
    history: History, bundle: Bundle, groups: Sequence[RuleGroup], samples_at_most: int
) -> Backtest:
    """The rules over the recorded samples of the tree. Raises NoPast."""
    if not history.metrics:
        raise NoPast("the spec names no recorded metrics: state history.metrics")
    if "://" in history.metrics:
        raise NoPast("its recorded metrics are on a server: opsready backtest --url asks it")
    log = _log(history, bundle)
    rules = judged(groups).rules
    try:
        wanted = Wanted(_read(rules.metrics(), log), samples_at_most=samples_at_most)
        samples = _samples(history.metrics, bundle, wanted)
        window = Window(samples.start_ms, samples.end_ms)
        return backtest(groups, Recorded(samples), window, Asked(log))
    except (BadHistory, BadSpan, PromQLError) as error:
        told = str(error).replace(f"{bundle.root}/", "")
        raise NoPast(f"history.metrics: {told}") from None


def _samples(path: str, bundle: Bundle, wanted: Wanted) -> Recording:
    """A small text is at hand; what is larger, or no text, is read from the disk."""
    reading = Reading(wanted)
    source = bundle.source(path)
    if source is not None:
        reading.add_text(path, source.text)
    else:
        reading.add(_inside(bundle.root, path))
    return reading.history([Path(path)])


def _log(history: History, bundle: Bundle) -> IncidentLog | None:
    path = history.incidents
    if not path:
        return None
    source = bundle.source(path)
    if source is None:
        raise NoPast(f"history.incidents: {path} is no text of the tree")
    try:
        return Incidents.parse(path, source.text).log
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
