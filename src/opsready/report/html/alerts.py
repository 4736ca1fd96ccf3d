"""Alerts as they stand in the report: what each says, whom it reaches, and its runbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.hats.pack import Pack
from opsready.report.html.runbooks import Shelf


@dataclass(frozen=True)
class Watched:
    """`route` are the receivers that get it, in words; `runbook_id` is where its runbook stands in
    the report, None where it is not in the tree."""

    alert: Alert
    route: str
    runbook_id: str | None

    @property
    def urgency(self) -> str:
        """What it asks of a person: page, ticket, or what its labels say."""
        return "page" if self.alert.pages else self.alert.severity or "no severity"

    @property
    def said(self) -> str:
        """What it tells whoever gets it."""
        texts = self.alert.annotations
        return texts.get("summary") or texts.get("description") or texts.get("message") or ""


def watched(pack: Pack, shelf: Shelf) -> list[Watched]:
    """Every alert, those that page first."""
    routers = pack.documents(Alertmanager)
    rows = [_watched(alert, routers, shelf) for alert in pack.bundle.assembled(RuleBook).alerts]
    return sorted(rows, key=lambda row: not row.alert.pages)


def _watched(alert: Alert, routers: Sequence[Alertmanager], shelf: Shelf) -> Watched:
    found = shelf.id_of(alert.runbook, alert.path) if alert.runbook else None
    return Watched(alert, _route(alert, routers), found)


def _route(alert: Alert, routers: Sequence[Alertmanager]) -> str:
    """The first configuration speaks: another rendering of it must say the same."""
    if not routers:
        return "no routing in the tree"
    labels: Mapping[str, str] = {**alert.labels, "alertname": alert.name}
    reached = routers[0].receivers_of(labels)
    if reached is None:
        return "hangs on labels that come with the series"
    told = [f"{r.name} ({', '.join(r.integrations) or 'tells nobody'})" for r in reached]
    return ", ".join(told) or "no receiver"
