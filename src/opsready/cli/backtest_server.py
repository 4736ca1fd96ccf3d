"""A backtest over the history that a server holds."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsready.alerting.groups import RuleGroup
from opsready.backtest.backtest import Asked, backtest
from opsready.backtest.replays import Window
from opsready.backtest.server.client import Client
from opsready.backtest.server.query import Cost, Query
from opsready.backtest.server.rules import groups_of
from opsready.backtest.server.served import Served
from opsready.cli.backtest_input import (
    Told,
    access_of,
    duration_option,
    read_rules,
    swept_of,
    time_option,
    told_of,
    with_alerts,
)
from opsready.cli.input import BadInput
from opsready.cli.output import progress
from opsready.promql.semantics import SEMANTICS
from opsready.report.backtest_page.plots import queries_of_plots

_USUAL_SPAN_MS = 7 * 24 * 3_600_000
"""Where no other is asked for: a week, as pages are counted."""


def replayed(paths: Sequence[Path], asked: Asked, given: dict[str, Any]) -> Told:
    """Asks the server for each rule, its own where no files are named. Raises BadInput, BadAccess,
    ServerFailed."""
    with _served(paths, given) as (groups, served):
        asked = replace(asked, swept=swept_of(given, groups))
        return told_of(backtest(groups, served, _window(given), asked), served, given)


def planned(paths: Sequence[Path], asked: Asked, given: dict[str, Any]) -> list[Cost]:
    """What would be asked, each query once; only the server's rules are, where no files are
    named."""
    window = _window(given)
    with _served(paths, given) as (groups, served):
        asked = replace(asked, swept=swept_of(given, groups))
        rules = served.judged(groups, asked.expressions)
        costs = list(served.costs(rules, window))
        for others in asked.other_rules(rules.groups):
            costs += served.costs(served.judged(others), window)
        grid = window.grid(0, window.from_ms)
        beside = [Query(expr, grid, "(beside the rules)") for expr in asked.expressions]
        if given["html"] is not None:
            beside += queries_of_plots(rules.rules, window)
        costs += served.costs_beside(rules, beside)
    return list({(cost.expr, cost.evaluations): cost for cost in reversed(costs)}.values())[::-1]


@contextmanager
def _served(
    paths: Sequence[Path], given: dict[str, Any]
) -> Iterator[tuple[tuple[RuleGroup, ...], Served]]:
    with Client(access_of(given), tell=progress) as client:
        groups = read_rules(paths, strict=False) if paths else _rules_of(client)
        trusts = given["server_records"] or not paths
        yield with_alerts(groups), Served(client, SEMANTICS[given["version"]], trusts=trusts)


def _rules_of(client: Client) -> tuple[RuleGroup, ...]:
    try:
        groups = groups_of(client.rules())
    except (TypeError, ValueError) as error:
        raise BadInput(f"{client.access.shown}: its rules cannot be read: {error}") from None
    if not groups:
        raise BadInput(f"{client.access.shown}: it has no rules; name rule files")
    return groups


def _window(given: dict[str, Any]) -> Window:
    end = time_option("to", given["end"])
    end = round(time.time() * 1000) if end is None else end
    start = time_option("from", given["start"])
    start = end - _USUAL_SPAN_MS if start is None else start
    if end <= start:
        raise BadInput("--from lies after --to")
    return Window(start, end, duration_option("interval", given["interval"]))
