"""An inhibition that asks for a label to be equal that no alert has."""

import re
from collections.abc import Iterable, Iterator, Sequence

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.expression import output_labels
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.promql.nodes import Matcher
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity

# Labels that Prometheus itself adds to every alert, by its `external_labels`: not in the rules.
_OF_THE_SERVER = re.compile(
    r"^(cluster|env\w*|region|zone|dc|datacenter|site|tenant|account|project|stage|replica"
    r"|prometheus\w*|monitor|namespace)$"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a label of `equal` that no alert on either side has."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    configs = case.pack.documents(Alertmanager)
    if any(config.inhibitions for config in configs) and not alerts:
        raise NotRun("the tree has no alert rules to hold the inhibitions against")
    for config in configs:
        for inhibition in config.inhibitions:
            concerned = [*_matched(inhibition.source, alerts), *_matched(inhibition.target, alerts)]
            for label in inhibition.equal:
                if concerned and not any(_may_have(alert, label) for alert in concerned):
                    yield Finding(
                        config.path,
                        inhibition.equal_line,
                        f"no alert of this inhibition has the label `{label}`, and labels missing "
                        "on both sides count as equal: one source mutes every target",
                        f"Name a label that the alerts on both sides have, or add `{label}` to "
                        "them.",
                    )


def _matched(matchers: Sequence[Matcher], alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts that can pass: no label that their rules give speaks against it."""
    return [alert for alert in alerts if all(_passes(matcher, alert) for matcher in matchers)]


def _passes(matcher: Matcher, alert: Alert) -> bool:
    known = {"alertname": alert.name, **alert.labels}.get(matcher.label)
    return known is None or "{{" in known or matcher.matches(known)


def _may_have(alert: Alert, label: str) -> bool:
    if label in alert.labels or label == "alertname" or _OF_THE_SERVER.match(label):
        return True
    given = output_labels(alert.expression.root) if alert.expression.root else None
    return given is None or label in given


CHECK = Check(
    id="inhibition-label-missing",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an inhibition by a label that no alert has",
    find=find,
)
