"""What panels of several dashboards have in common: queries, thresholds, where to read on."""

from collections.abc import Iterable, Sequence

from opsready.hats.sre.alert import OBJECTIVES, RUNBOOKS, About, WatchedAlert
from opsready.hats.sre.grafana import WINDOW, Query, Step
from opsready.hats.sre.signals import Series, Signals
from opsready.hats.sre.watch import Watch
from opsready.spec.sections.service import slug

RED, ORANGE, GREEN, YELLOW = "red", "orange", "green", "yellow"
# Grafana refuses longer ones.
_UID_AT_MOST = 40


def uid(service: str, about: str) -> str:
    """The identity of a dashboard, as its file is named."""
    return f"{slug(service)[: _UID_AT_MOST - len(about) - 1]}-{about}"


def board_links(watch: Watch, others: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The other dashboards, and the pages where the repository is known."""
    boards = [(_TITLES[about], f"/d/{uid(watch.service, about)}") for about in others]
    pages = (("Objectives", OBJECTIVES), ("Runbooks", RUNBOOKS))
    return (*boards, *_known((title, watch.link(path)) for title, path in pages))


def reading(watch: Watch, *alerts: WatchedAlert) -> tuple[tuple[str, str], ...]:
    """The runbooks of these alerts, as links of a panel."""
    return _known(dict.fromkeys((a.entry, watch.link(a.runbook)) for a in alerts))


def told(text: str, *alerts: WatchedAlert) -> str:
    """A description that names the alerts on what is shown, and their runbooks."""
    lines = [f"`{alert.name}`: {alert.runbook}" for alert in alerts]
    return "\n\n".join([text, *lines])


def _known(links: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A path within a repository that nobody named leads nowhere from Grafana."""
    return tuple((title, url) for title, url in links if "://" in url)


def alerts_about(watch: Watch, *about: About) -> tuple[WatchedAlert, ...]:
    """The alerts of these kinds."""
    return tuple(alert for alert in watch.alerts if alert.about in about)


def bounds(alerts: Iterable[WatchedAlert]) -> tuple[Step, ...]:
    """What each alert compares with, in the colour of its urgency; of several with one bound the
    most urgent."""
    found: dict[float, str] = {}
    for alert in sorted(alerts, key=lambda alert: alert.severity == "page"):
        if alert.bound is not None:
            found[float(alert.bound)] = RED if alert.severity == "page" else ORANGE
    return tuple(Step(bound, colour) for bound, colour in sorted(found.items()))


def per_second(series: Series, by: Sequence[str] = (), suffix: str = "", offset: str = "") -> str:
    """How many a second, of all or by labels."""
    grouped = f"sum by ({', '.join(by)}) " if by else "sum"
    behind = f" offset {offset}" if offset else ""
    return f"{grouped}(rate({series.select(suffix=suffix)}[{WINDOW}]{behind}))"


def failing_share(series: Series, signals: Signals) -> str:
    """The share of answers that are failures; 0 where requests came and none failed."""
    whole = per_second(series)
    return f"({per_second(series.having(signals.bad))} or 0 * {whole}) / {whole}"


def quantile(share: float, series: Series, by: Sequence[str] = ()) -> str:
    """The time within which this share is answered."""
    labels = ", ".join(("le", *by))
    rates = f"sum by ({labels}) (rate({series.select(suffix='_bucket')}[{WINDOW}]))"
    return f"histogram_quantile({share:g}, {rates})"


def quantiles(series: Series) -> tuple[Query, ...]:
    """The middle, and what the slowest see."""
    return tuple(Query(quantile(share / 100, series), f"p{share}") for share in (50, 95, 99))


def time_unit(series: Series) -> str:
    """Grafana's name of the unit that the metric counts time in."""
    return "ms" if series.per_second == 1000 else "s"


_TITLES = {"service": "Service", "slo": "Objectives and budgets", "journeys": "Journeys"}
