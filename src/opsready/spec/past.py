"""What was recorded of the service, as the spec names it: samples, and past incidents.

A server is asked only where whoever runs opsready names the same one: a tree must choose neither
whom a machine calls nor who is sent its token.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from opsready.alerting.groups import BadRule, RuleGroup
from opsready.alerting.templates import TemplateError
from opsready.backtest.backtest import Asked, Backtest, backtest
from opsready.backtest.history.gather import BadHistory, Wanted
from opsready.backtest.history.read import History as Recording
from opsready.backtest.history.read import Reading
from opsready.backtest.incidents import IncidentLog
from opsready.backtest.past import Recorded
from opsready.backtest.replays import BadSpan, Window, judged
from opsready.backtest.server.access import Access, BadAccess, ServerFailed
from opsready.documents.document import Unparsable
from opsready.documents.incidents import Incidents
from opsready.promql import PromQLError
from opsready.sources.source import Bundle
from opsready.spec.spec import History

AGREED = "OPSREADY_HISTORY_URL"
"""Names the server that may be asked; its token stands in OPSREADY_BEARER."""
_OF_THE_RULES = (BadSpan, BadRule, TemplateError, PromQLError)
_A_WEEK_MS = 7 * 24 * 3_600_000
"""What a server is asked for: pages are counted by the week."""


class NoPast(Exception):
    """Nothing recorded that rules could be held against; it says why, and what to do."""


def recorder(history: History) -> str:
    """What recorded, as it may be shown: an address without the password in it."""
    named = history.metrics or ""
    return _access(named).shown if "://" in named else named


def backtested(
    history: History, bundle: Bundle, groups: Sequence[RuleGroup], samples_at_most: int
) -> Backtest:
    """The rules over the recorded samples of the tree. Raises NoPast."""
    if not history.metrics:
        raise NoPast("the spec names no recorded metrics: state history.metrics")
    log = _log(history, bundle)
    if "://" in history.metrics:
        return _over_server(history.metrics, groups, log)
    try:
        asked = Asked(log)
        rules = judged(groups, beside=asked.expressions).rules
        wanted = Wanted(rules.metrics(asked.expressions), samples_at_most=samples_at_most)
        samples = _samples(history.metrics, bundle, wanted)
        window = Window(samples.start_ms, samples.end_ms)
        return backtest(groups, Recorded(samples), window, asked)
    except (BadHistory, *_OF_THE_RULES) as error:
        told = str(error).replace(f"{bundle.root}/", "")
        raise NoPast(f"history.metrics: {told}") from None


def _over_server(url: str, groups: Sequence[RuleGroup], log: IncidentLog | None) -> Backtest:
    """The last week, as the server has it; imported here, for the client takes time."""
    access = _access(url)
    if os.environ.get(AGREED) != url:
        raise NoPast(f"{access.shown} is asked only where the environment agrees: set {AGREED}")
    from opsready.backtest.server.client import Client
    from opsready.backtest.server.served import Served

    now = round(time.time() * 1000)
    try:
        with Client(access) as client:
            return backtest(groups, Served(client), Window(now - _A_WEEK_MS, now), Asked(log))
    except (BadAccess, ServerFailed, *_OF_THE_RULES) as error:
        raise NoPast(f"history.metrics: {error}") from None


def _access(url: str) -> Access:
    token = os.environ.get("OPSREADY_BEARER")
    try:
        return Access(url, {"Authorization": f"Bearer {token}"} if token else {})
    except BadAccess as error:
        raise NoPast(f"history.metrics: {error}") from None


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
