"""Where alerts go: one tree by severity and service, rendered for two Alertmanagers, with tests.

The tree, the words and the inhibitions are written once. The renderings differ in their wrapper and
in where keys and addresses are kept: files for an Alertmanager of one's own, what the data root
made for Amazon Managed Prometheus, which reads no files and knows no other receivers than PagerDuty
and SNS (its guide, "Create an alert manager configuration").
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources

from opsready.facts.fact import Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact
from opsready.hats.sre.watch import Watch, WatchedAlert, watch_of
from opsready.spec.sections.service import slug
from opsready.spec.spec import Paging, Spec

_HAT = "sre"
FOLDER = "monitoring/alertmanager"
"""Where all of it lies."""

_KEY_FILE = "/etc/alertmanager/secrets/pagerduty_routing_key"
_TICKETS_FILE = "/etc/alertmanager/secrets/tickets_url"
_DEADMAN_FILE = "/etc/alertmanager/secrets/deadman_url"
_INDENT = "  "
_SPENT = "spent"
_ONE_INCIDENT = """\
          routes:
            # One incident an objective: where the slow tier goes on after the fast one, nobody is
            # called again.
            - matchers: ['slo!=""']
              group_by: [service, slo]
"""
# Slack's integration posts to whatever address its file holds; that of webhooks reads none from a
# file before Alertmanager 0.26.
_SLACK = """\
    # {}
    slack_configs:
      - api_url_file: {}
"""
_READ_BY_DAY = "Posts to the address in the file: that of a chat, or of a tracker that takes JSON."
_MISSED = "Posts to the address in the file: that of a monitor outside, which misses it."
_SNS = """\
    sns_configs:
      - topic_arn: '${{{}}}'
        sigv4:
          region: '${{region}}'
"""
_KEPT_IN_AWS = """\
      - routing_key:
          aws_secrets_manager:
            secret_arn: '${pager_key_arn}'
            secret_key: '${pager_key_field}'
            refresh_interval: 5m
"""


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """Nothing where no alert could ever fire."""
    watch, paging = watch_of(spec, facts), spec.operations.paging
    if not watch.is_measured:
        return
    because = "who is called, and when, is decided in one place"
    plain = _tree(watch, _head(watch, paging), _in_files(paging), "title", "text")
    yield Artifact(f"{FOLDER}/alertmanager.yml", plain, _HAT, because)
    managed = _tree(watch, "", _in_aws(), "subject", "message")
    because = "the same tree, as Amazon Managed Prometheus takes it"
    yield Artifact(f"{FOLDER}/amp.yml", _wrapped(managed), _HAT, because)
    because = "a wrong receiver makes no noise: only a test finds it"
    yield Artifact(f"{FOLDER}/routing.test.yml", _tests(watch), _HAT, because)


def _head(watch: Watch, paging: Paging) -> str:
    kept, named = paging.key_reference, paging.provider
    where = f"# The key is kept at {kept}.\n" if kept else ""
    others = f"the documents name {named}" if named else "no document names a pager"
    assumed = "" if named == "pagerduty" else f"# PagerDuty is assumed: {others}.\n"
    return (
        f"# Where alerts of {watch.service} go. Keys and addresses are read from files, which\n"
        f"# whoever runs Alertmanager puts there.\n{where}{assumed}"
        "# amp.yml is the same tree for Amazon Managed Prometheus: change both, and run\n"
        "# `amtool check-config`. routing.test.yml says who is told of what.\n\n"
    )


def _wrapped(tree: str) -> str:
    """The comment stands outside: the inner text is a template, in which it would be filled in."""
    inner = textwrap.indent(tree, _INDENT)
    return (
        "# alertmanager.yml, as Amazon Managed Prometheus takes it. Terraform fills in what the\n"
        "# data root made: the key's secret, and the topics.\n\n"
        f"alertmanager_config: |\n{inner}"
    )


def _tree(watch: Watch, head: str, kept: Mapping[str, str], subject: str, message: str) -> str:
    name = slug(watch.service)
    objectives = any(alert.slo for alert in watch.alerts)
    file = resources.files("opsready.hats.sre").joinpath("templates", "routing.txt")
    text = file.read_text(encoding="utf-8")
    for mark, value in {
        "head": head,
        "one_incident": _ONE_INCIDENT if objectives else "",
        "inhibitions": _inhibitions(watch),
        "client": _client(watch),
        **kept,
        "deadman": _matcher("alertname", *(a.name for a in watch.alerts if a.about == "deadman")),
        "service": _matcher("service", watch.service),
        "name": name,
        "subject": subject,
        "message": message,
    }.items():
        text = text.replace(f"@{mark}@", value)
    return text


def _in_files(paging: Paging) -> dict[str, str]:
    reference = paging.key_reference or ""
    key_file = reference if reference.startswith("/") else _KEY_FILE
    return {
        "pager_key": f"      - routing_key_file: {key_file}\n",
        "tickets": _SLACK.format(_READ_BY_DAY, _TICKETS_FILE),
        "deadman_address": _SLACK.format(_MISSED, _DEADMAN_FILE),
    }


def _in_aws() -> dict[str, str]:
    return {
        "pager_key": _KEPT_IN_AWS,
        "tickets": _SNS.format("tickets_topic_arn"),
        "deadman_address": _SNS.format("deadman_topic_arn"),
    }


def _client(watch: Watch) -> str:
    """The link that PagerDuty shows first, where the runbook has a URL."""
    if watch.repository is None:
        return ""
    return (
        "        client: the runbook\n"
        "        client_url: '{{ (index .Alerts 0).Annotations.runbook_url }}'\n"
    )


def _matcher(label: str, *values: str) -> str:
    """As a YAML scalar in single quotes, holding a matcher in double ones."""
    op, value = ("=", values[0]) if len(values) == 1 else ("=~", "|".join(values))
    written = f"{label}{op}{json.dumps(value, ensure_ascii=False)}"
    return "'" + written.replace("'", "''") + "'"


def _inhibitions(watch: Watch) -> str:
    """On labels that every alert of an objective carries; the matchers leave out all others, since
    a label that is missing on both sides counts as equal."""
    pairs = list(_muted_by(watch))
    if not pairs:
        return ""
    lines = ["", "inhibit_rules:"]
    for why, source, target in pairs:
        lines += [
            f"  # {why}",
            f"  - source_matchers: [{', '.join(source)}]",
            f"    target_matchers: [{', '.join(target)}]",
            "    equal: [service, slo]",
        ]
    return "\n".join(lines) + "\n"


def _muted_by(watch: Watch) -> Iterator[tuple[str, list[str], list[str]]]:
    """Reason, source and target of each inhibition."""
    of_slos = [alert for alert in watch.alerts if alert.slo]
    severities = {alert.severity for alert in of_slos}
    if {"page", "ticket"} <= severities:
        why = "Whoever was woken for an objective needs no ticket on the same."
        sides = [[_matcher("severity", each), "'slo!=\"\"'"] for each in ("page", "ticket")]
        yield why, sides[0], sides[1]
    for severity in ("page", "ticket"):
        tiers = _tiers(alert for alert in of_slos if alert.severity == severity)
        for number, tier in enumerate(tiers[:-1]):
            why = f"The tier `{tier}` says what slower ones say, and says it sooner."
            said = _matcher("severity", severity)
            faster, slower = _matcher("tier", tier), _matcher("tier", *tiers[number + 1 :])
            yield why, [said, faster], [said, slower]


def _tiers(alerts: Iterable[WatchedAlert]) -> list[str]:
    """From the fastest to the slowest. That a budget is gone is another message than that it
    burns."""
    found = (alert.tier for alert in alerts if alert.tier and alert.tier != _SPENT)
    return list(dict.fromkeys(found))


def _tests(watch: Watch) -> str:
    """One for each alert, one for each pair of which one is muted, and for what has no labels."""
    name = slug(watch.service)
    text = (
        "# Who is told of what. `opsready rehearse --only routing_reaches_receiver` tries these\n"
        "# on both renderings. `receivers` are all who are told, nobody where it is empty;\n"
        "# `while` is what else fires; `at` would be a moment.\n\n"
        "routing: [alertmanager.yml, amp.yml]\n\ntests:\n"
    )
    for alert in watch.alerts:
        text += _test(_says(alert), _told(alert, name), _labels(alert))
    pairs = list(_muted(watch))
    for muted, by in pairs:
        says = f"{muted.name} is muted by {by.name}"
        text += _test(says, [], _labels(muted), _labels(by))
    for muted, by in _of_different_objectives(pairs):
        says = f"{muted.name} is not muted by {by.name} of another objective"
        text += _test(says, _told(muted, name), _labels(muted), _labels(by))
    other = {"alertname": "Unknown"}
    text += _test("what nobody thought of is read by day", [f"{name}-tickets"], other)
    page = {**other, "severity": "page"}
    text += _test("a page of no service wakes somebody", [f"{name}-pager"], page)
    return text


def _says(alert: WatchedAlert) -> str:
    does = {"page": "wakes somebody", "ticket": "is read by day"}
    return f"{alert.name} {does.get(alert.severity, 'goes to who misses it')}"


def _told(alert: WatchedAlert, name: str) -> list[str]:
    ends = {"page": "pager", "ticket": "tickets"}
    return [f"{name}-{ends.get(alert.severity, 'deadman')}"]


def _labels(alert: WatchedAlert) -> dict[str, str]:
    return {"alertname": alert.name, **alert.labels}


def _muted(watch: Watch) -> Iterator[tuple[WatchedAlert, WatchedAlert]]:
    """Each burn alert that another of its objective mutes, with the most urgent that does."""
    for alert in watch.alerts:
        of_it = [a for a in watch.alerts if alert.slo and a.slo == alert.slo and a != alert]
        pages = [a for a in of_it if a.severity == "page"]
        same = [a for a in of_it if a.severity == alert.severity]
        tiers = _tiers([*(a for a in watch.alerts if a.severity == alert.severity)])
        faster = tiers[: tiers.index(alert.tier)] if alert.tier in tiers else []
        by = pages[:1] if alert.severity == "ticket" else []
        by = by or [a for a in same if a.tier in faster][:1]
        if by:
            yield alert, by[0]


def _of_different_objectives(
    pairs: list[tuple[WatchedAlert, WatchedAlert]],
) -> Iterator[tuple[WatchedAlert, WatchedAlert]]:
    """One of each severity, where there are two objectives."""
    for severity in ("page", "ticket"):
        of_it = [muted for muted, _ in pairs if muted.severity == severity]
        others = ((m, by) for m in of_it for _, by in pairs if by.slo != m.slo)
        yield from [pair for pair, _ in zip(others, range(1), strict=False)]


def _test(
    says: str,
    receivers: list[str],
    alert: Mapping[str, str],
    beside: Mapping[str, str] | None = None,
) -> str:
    text = f"  - name: {says}\n    alert: {_flow(alert)}\n"
    text += f"    while: [{_flow(beside)}]\n" if beside else ""
    return text + f"    receivers: [{', '.join(receivers)}]\n"


def _flow(labels: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_scalar(value)}" for name, value in labels.items()) + "}"


def _scalar(value: str) -> str:
    """Bare where it is made of names; else JSON, which is YAML."""
    return (
        value
        if _NAMES.fullmatch(value) and value.lower() not in _TYPED
        else json.dumps(value, ensure_ascii=False)
    )


_NAMES = re.compile(r"[A-Za-z]([\w -]*\w)?")
# Bare words that YAML 1.1 takes for something else than a text.
_TYPED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

PRODUCER = Producer("routing", produce)
