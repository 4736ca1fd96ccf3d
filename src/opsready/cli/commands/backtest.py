"""`opsready backtest`: when alerts would have fired, and whether that was right."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from opsready.alerting.groups import BadRule, RuleGroup
from opsready.alerting.templates import TemplateError
from opsready.backtest.backtest import Asked, Backtest, backtest
from opsready.backtest.history.gather import SAMPLES_AT_MOST, Wanted
from opsready.backtest.past import Recorded
from opsready.backtest.replays import BadSpan, Window, judged, reads_from
from opsready.backtest.server.access import BadAccess, ServerFailed
from opsready.backtest.sweep import BadSweep
from opsready.backtest.synthetic.tables import synthetic
from opsready.cli.backtest_input import (
    SERVER,
    Told,
    duration_option,
    promises_of,
    read_log,
    read_rules,
    read_samples,
    refuse_of_a_server,
    sweeps_of,
    swept_of,
    time_option,
    told_of,
    with_alerts,
    with_options,
)
from opsready.cli.files import write_over
from opsready.cli.help import examples
from opsready.cli.input import FORMAT, BadInput
from opsready.cli.output import print_json, print_text, progress
from opsready.cli.semantics import semantics_option
from opsready.promql import PromQLError
from opsready.promql.semantics import SEMANTICS
from opsready.report.backtest_json import backtest_fields
from opsready.report.backtest_text import backtest_text, plan_text
from opsready.report.synthetic import synthetic_fields, synthetic_text

_NOT_WHOLE = 2
_OF_A_HISTORY = (
    *("start", "end", "incidents", "impact", "compare", "sweep", "alert", "fidelity", "html"),
)
_NAMES = {"start": "from", "end": "to"}


@click.command(
    "backtest",
    epilog=examples(
        "opsready backtest alerts.rules.yml",
        "opsready backtest alerts.rules.yml --history samples.om",
        "opsready backtest *.rules.yml --history a.csv --incidents incidents.yaml",
        "opsready backtest alerts.rules.yml --history a.om --sweep for=0m..30m",
        "opsready backtest --url http://localhost:9090 --plan",
        "opsready backtest alerts.rules.yml --history a.om --promise 'pages/week<=2'",
    ),
)
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--history",
    "history",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="recorded samples: OpenMetrics or Prometheus text with times, `promtool tsdb dump`, the"
    " JSON of query_range, CSV or Parquet in long form; may be repeated, and be gzipped",
)
@click.option(
    "--from",
    "start",
    metavar="TIME",
    help="begin of what is reported on, as 2026-10-03T10:00:00Z or seconds since 1970; else the"
    " first sample, or with --url a week ago",
)
@click.option("--to", "end", metavar="TIME", help="its end; else the last sample, or now")
@click.option(
    "--interval",
    default="1m",
    show_default=True,
    metavar="DURATION",
    help="between evaluations of a group that names no interval",
)
@click.option(
    "--incidents",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="past incidents, from and to, and who should have told: scores the pages",
)
@click.option(
    "--impact",
    default="",
    metavar="EXPR",
    help="a query that gives something while users suffer; each such stretch is an incident",
)
@click.option(
    "--compare",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="OLD_RULES",
    help="say what changed against these rule files; may be repeated",
)
@click.option(
    "--sweep",
    multiple=True,
    metavar="WHAT=A..B[/STEP]",
    help="try other values: for=0m..30m, threshold=0.01..0.1, or threshold=0.5x..2x of each"
    " bound; may be repeated",
)
@click.option(
    "--alert", multiple=True, metavar="NAME", help="sweep only this alert; may be repeated"
)
@click.option(
    "--promise",
    default="",
    metavar="TERMS",
    help="what must hold, or the exit code is 1: pages/week<=2,detection<=5m",
)
@click.option("--fidelity", is_flag=True, help="compare with the recorded ALERTS")
@semantics_option("the version of Prometheus whose results are wanted")
@click.option(
    "--max-samples",
    type=click.IntRange(1),
    default=SAMPLES_AT_MOST,
    show_default=True,
    help="refuse a history of which the rules read more; 16 bytes each",
)
@click.option(
    "--retention",
    default="15d",
    show_default=True,
    metavar="DURATION",
    help="without a history: how far back the server can read",
)
@click.option(
    "--window",
    default="30d",
    show_default=True,
    metavar="DURATION",
    help="without a history: of the SLO, for the budget that an incident burns",
)
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="write a page with pictures"
)
@with_options(*SERVER)
@FORMAT
def command(rules: tuple[Path, ...], form: str, **given: Any) -> int:
    """Say when the alerts of RULES would have fired over recorded samples: which made most of the
    pages, which flap, which never fired, and what another `for` would change.

    RULES are rule files of Prometheus, or PrometheusRule objects. Without any history, incidents
    are made up: how soon each share of errors is noticed, and what can never fire.

    Exit: 0, 1 a promise is broken, 2 input cannot be read, or a rule not be evaluated.
    """
    try:
        if given["url"]:
            return _over_a_server(rules, form, given)
        refuse_of_a_server(given)
        if not rules:
            raise BadInput("name rule files, or a server by --url, whose own rules are read")
        if not given["history"]:
            return _without_history(with_alerts(read_rules(rules)), form, given)
        return _shown(_over_files(with_alerts(read_rules(rules)), given), form, given)
    except BadSweep as error:
        raise BadInput(f"--sweep: {error}") from None
    except (BadSpan, BadRule, TemplateError, PromQLError, BadAccess, ServerFailed) as error:
        raise BadInput(str(error)) from None


def _over_a_server(paths: tuple[Path, ...], form: str, given: dict[str, Any]) -> int:
    """Imported here: the client takes time that files do not need."""
    from opsready.cli.backtest_server import planned, replayed

    if given["history"]:
        raise BadInput("--url and --history: the history is either there or here")
    if not given["only_plan"]:
        return _shown(replayed(paths, _asked(given), given), form, given)
    costs = planned(paths, _asked(given), given)
    if form == "json":
        print_json("backtest", {"alerts": [], "summary": {"plan": [vars(one) for one in costs]}})
    else:
        print_text(plan_text(costs))
    return 0


def _shown(told: Told, form: str, given: dict[str, Any]) -> int:
    found = told.found
    if given["html"] is not None:
        write_over(given["html"], told.page)
        progress(f"the page is in {given['html']}")
    if form == "json":
        print_json("backtest", backtest_fields(found))
    else:
        print_text(backtest_text(found))
    return exit_code(found)


def exit_code(found: Backtest) -> int:
    """What is not whole is said first: a promise cannot be judged by a part."""
    if not found.is_whole:
        return _NOT_WHOLE
    return 0 if all(one.holds for one in found.kept) else 1


def _without_history(groups: tuple[RuleGroup, ...], form: str, given: dict[str, Any]) -> int:
    """Synthetic incidents."""
    for option in _OF_A_HISTORY:
        if given[option]:
            name = _NAMES.get(option, option)
            raise BadInput(
                f"--{name} needs a history: name files by --history, or a server by --url"
            )
    found = synthetic(
        groups,
        step_ms=duration_option("interval", given["interval"]),
        retention_ms=duration_option("retention", given["retention"]),
        window_ms=duration_option("window", given["window"]),
        promises=promises_of(given["promise"]),
        semantics=SEMANTICS[given["version"]],
    )
    if form == "json":
        print_json("backtest", synthetic_fields(found))
    else:
        print_text(synthetic_text(found))
    if found.left_out:
        return _NOT_WHOLE
    return 0 if all(one.holds for one in found.kept) else 1


def _over_files(groups: tuple[RuleGroup, ...], given: dict[str, Any]) -> Told:
    semantics = SEMANTICS[given["version"]]
    asked = _asked(given)
    asked = replace(asked, swept=swept_of(given, groups))
    start, end = time_option("from", given["start"]), time_option("to", given["end"])
    if start is not None and end is not None and end <= start:
        raise BadInput("--from lies after --to")
    step = duration_option("interval", given["interval"])
    every = (*groups, *(asked.old_groups or ()))
    rules = judged(every, semantics, beside=asked.expressions).rules
    first = None if start is None else reads_from(rules, Window(start, start, step))
    names = rules.metrics(asked.expressions)
    history = read_samples(given["history"], Wanted(names, first, end, given["max_samples"]))
    begin = history.start_ms if start is None else max(start, history.start_ms)
    window = Window(begin, history.end_ms if end is None else min(end, history.end_ms), step)
    if window.to_ms < window.from_ms:
        raise BadSpan("the history has no sample in the span of --from and --to")
    past = Recorded(history, semantics)
    return told_of(backtest(groups, past, window, asked), past, given)


def _asked(given: dict[str, Any]) -> Asked:
    strict = not given["url"]
    old = read_rules(given["compare"], strict=strict) if given["compare"] else None
    return Asked(
        read_log(given["incidents"]),
        given["impact"],
        old,
        sweeps_of(given["sweep"]),
        (),
        promises_of(given["promise"]),
        given["fidelity"],
    )
