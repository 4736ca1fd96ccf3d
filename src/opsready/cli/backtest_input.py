"""What `opsready backtest` is given: rules, history, a server, incidents, and a span."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from opsready.alerting.groups import AlertingRule, RuleGroup
from opsready.backtest.backtest import Backtest
from opsready.backtest.history.gather import BadHistory, Wanted
from opsready.backtest.history.read import History, read_history
from opsready.backtest.incidents import IncidentLog
from opsready.backtest.past import Past
from opsready.backtest.promise import BadPromise, Promise, read_promises
from opsready.backtest.server.access import Access, BadAccess
from opsready.backtest.sweep import BadSweep, Sweep, read_sweep
from opsready.cli.input import BadInput
from opsready.cli.output import progress
from opsready.documents.document import NotEvaluated, Unparsable
from opsready.documents.incidents import Incidents, time_ms
from opsready.documents.rule_groups import read_rule_groups, rule_groups
from opsready.documents.rules import RuleFile
from opsready.promql.literals import duration_ms

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

SERVER: tuple[Decorator, ...] = (
    click.option("--url", metavar="URL", help="a server of Prometheus's API that has the history"),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="NAME:VALUE",
        help="sent with each query, as X-Scope-OrgID:shop; may be repeated",
    ),
    click.option(
        "--bearer-file",
        type=click.Path(path_type=Path),
        help="file that holds a token; else OPSREADY_BEARER",
    ),
    click.option("--user", metavar="NAME", help="for basic authentication"),
    click.option(
        "--password-file",
        type=click.Path(path_type=Path),
        help="file that holds the password; else OPSREADY_PASSWORD",
    ),
    click.option("--cert", type=click.Path(path_type=Path), help="client certificate, PEM"),
    click.option("--key", type=click.Path(path_type=Path), help="its key, where it lies apart"),
    click.option("--ca", type=click.Path(path_type=Path), help="authority of the server, PEM"),
    click.option(
        "--timeout", default="1m", show_default=True, metavar="DURATION", help="for one answer"
    ),
    click.option(
        "--at-once",
        type=click.IntRange(1),
        default=4,
        show_default=True,
        help="queries side by side",
    ),
    click.option(
        "--server-records", is_flag=True, help="read what rules record from the server, as it is"
    ),
    click.option("--plan", "only_plan", is_flag=True, help="say what would be asked, and end"),
)


_OF_A_SERVER = {
    "headers": "header",
    "bearer_file": "bearer-file",
    "user": "user",
    "password_file": "password-file",
    "cert": "cert",
    "key": "key",
    "ca": "ca",
    "server_records": "server-records",
    "only_plan": "plan",
}
"""Options that mean nothing without a server, with how they are written."""


def refuse_of_a_server(given: Mapping[str, Any]) -> None:
    """Raises BadInput for an option that would be passed over in silence."""
    for option, name in _OF_A_SERVER.items():
        if given[option]:
            raise BadInput(f"--{name} is about a server: name one by --url")


def with_options(*options: Decorator) -> Decorator:
    """Several options as one decorator."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@dataclass(frozen=True, eq=False)
class Told:
    """What came of a backtest, and the page of it where one is asked for."""

    found: Backtest
    page: str = ""


def told_of(found: Backtest, past: Past, given: Mapping[str, Any]) -> Told:
    """With the page, which asks the past once more."""
    if given["html"] is None:
        return Told(found)
    from opsready.report.backtest_page.page import backtest_html

    return Told(found, backtest_html(found, past))


def read_rules(paths: Sequence[Path], *, strict: bool = True) -> tuple[RuleGroup, ...]:
    """The groups of all files. Raises BadInput for one that Prometheus would not load; without
    `strict` not for expressions and fields that another server may know."""
    groups: list[RuleGroup] = []
    for path in paths:
        try:
            found, faults = _groups_of(path, text_of(path), strict=strict)
        except Unparsable as error:
            raise BadInput(str(error)) from None
        wrong = [fault for fault in faults if not isinstance(fault, NotEvaluated)]
        if wrong:
            raise BadInput(str(wrong[0]))
        if not found:
            raise BadInput(f"{path}: holds no rule groups, and no PrometheusRule")
        groups += found
    return tuple(groups)


def with_alerts(groups: tuple[RuleGroup, ...]) -> tuple[RuleGroup, ...]:
    """The same. Raises BadInput where none of the rules is an alert."""
    if not any(isinstance(rule, AlertingRule) for group in groups for rule in group.rules):
        raise BadInput("none of the rules is an alert: there is nothing that could fire")
    return groups


def _groups_of(
    path: Path, text: str, *, strict: bool
) -> tuple[tuple[RuleGroup, ...], list[Unparsable]]:
    if strict:
        return read_rule_groups(str(path), text)
    file = RuleFile.parse(str(path), text)
    return rule_groups(file), []


def read_samples(paths: Sequence[Path], wanted: Wanted) -> History:
    """The history of all files. Raises BadInput."""
    try:
        return read_history(paths, wanted, progress)
    except BadHistory as error:
        raise BadInput(str(error)) from None


def read_log(path: Path | None) -> IncidentLog | None:
    """The incidents of a file. Raises BadInput."""
    if path is None:
        return None
    try:
        return Incidents.parse(str(path), text_of(path)).log
    except Unparsable as error:
        raise BadInput(str(error)) from None


def text_of(path: Path) -> str:
    """Raises BadInput for what is no text that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadInput(f"{path}: cannot be read: {why}") from None


def time_option(name: str, text: str | None) -> int | None:
    """A time of an option. Raises BadInput."""
    if text is None:
        return None
    try:
        return time_ms(text)
    except ValueError:
        why = f"--{name} {text}: is no time; write 2026-10-03T10:00:00Z, or seconds since 1970"
        raise BadInput(why) from None


def duration_option(name: str, text: str) -> int:
    """A duration of an option, above 0. Raises BadInput."""
    try:
        found = duration_ms(text)
    except ValueError as error:
        raise BadInput(f"--{name} {text}: {error}") from None
    if found <= 0:
        raise BadInput(f"--{name} {text}: must be above 0")
    return found


def sweeps_of(texts: Sequence[str]) -> tuple[Sweep, ...]:
    """Raises BadInput."""
    try:
        return tuple(read_sweep(text) for text in texts)
    except BadSweep as error:
        raise BadInput(f"--sweep: {error}") from None


def swept_of(given: Mapping[str, Any], groups: Sequence[RuleGroup]) -> tuple[str, ...]:
    """The alerts that a sweep is about. Raises BadInput for one that there is not."""
    names: tuple[str, ...] = given["alert"]
    if names and not given["sweep"]:
        raise BadInput("--alert names what --sweep tries: give one, as --sweep for=0m..30m")
    known = {rule.name for group in groups for rule in group.rules}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise BadInput(f"--alert {unknown}: no rule has that name")
    return names


def promises_of(text: str) -> tuple[Promise, ...]:
    """Raises BadInput."""
    try:
        return read_promises(text) if text else ()
    except BadPromise as error:
        raise BadInput(f"--promise: {error}") from None


def access_of(given: Mapping[str, Any]) -> Access:
    """How the server is reached. Secrets come from files or the environment, since a command line
    is seen by all. Raises BadInput."""
    headers = dict(_header(text) for text in given["headers"])
    token = _secret(given["bearer_file"], "OPSREADY_BEARER")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    user = given["user"]
    password = _secret(given["password_file"], "OPSREADY_PASSWORD") if user else ""
    try:
        return Access(
            given["url"],
            headers,
            (user, password) if user else None,
            given["cert"],
            given["key"],
            given["ca"],
            duration_option("timeout", given["timeout"]) / 1000,
            given["at_once"],
        )
    except BadAccess as error:
        raise BadInput(str(error)) from None


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise BadInput("--header: write NAME:VALUE")
    return name.strip(), value.strip()


def _secret(path: Path | None, variable: str) -> str:
    return text_of(path).strip() if path is not None else os.environ.get(variable, "")
