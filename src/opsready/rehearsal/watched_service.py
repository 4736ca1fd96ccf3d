"""The real service under its own rules: journeys are played, its page is scraped, alerts fire."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsready.alerting.groups import RuleGroup
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import Judged, Window, judged, replayed_over
from opsready.backtest.synthetic.world import MINUTE_MS, SCRAPE_MS, START_MS
from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.scraped import Scrapes
from opsready.rehearsal.stage.journeys import Played, play
from opsready.rehearsal.stage.metrics_page import find_metrics_page

if TYPE_CHECKING:
    from opsready.rehearsal.stage.service import Service

_ANSWER_WITHIN_S = 5.0
_SCRAPES_A_MINUTE = MINUTE_MS // SCRAPE_MS


class WatchedService:
    """One service with the rules that watch it; `requests` and `failed` count what was played."""

    def __init__(
        self, rehearsal: Rehearsal, service: "Service", path: str, groups: Sequence[RuleGroup]
    ) -> None:
        operations = rehearsal.spec.operations
        self._service = service
        self._journeys = [j for j in operations.journeys if not (j.fails or j.presupposes)]
        timeout, name = operations.health.timeout_s, operations.service.name
        self.scrapes = Scrapes(service, path, timeout, name)
        self.rules: Judged = judged(groups)
        self.requests = self.failed = 0

    def live(self, minutes: int) -> None:
        """So many minutes of its clock pass, each with four scrapes and every journey between."""
        for _ in range(minutes * _SCRAPES_A_MINUTE):
            for journey in self._journeys:
                for played in play(self._service, journey, _ANSWER_WITHIN_S):
                    self._count(played)
            self.scrapes.take()

    def replayed(self) -> tuple[Replayed, ...]:
        """What the rules made of it so far, every minute."""
        window = Window(START_MS, self.scrapes.now_ms)
        return replayed_over(self.rules, self.scrapes.store(), window)[1]

    def _count(self, played: Played) -> None:
        self.requests += 1
        status = played.answer.status if played.answer is not None else 0
        self.failed += status >= 500 or status == 0


def watched_service(rehearsal: Rehearsal, groups: Sequence[RuleGroup]) -> WatchedService | None:
    """The service, started anew and watched from then on, where it shows its metrics; None where
    it does not. One that ran may still refuse what an outage before taught it to refuse."""
    health = rehearsal.spec.operations.health
    service = rehearsal.stage.fresh_service()
    beside = (health.readiness, health.liveness)
    page = find_metrics_page(service, health.metrics, beside, health.timeout_s)
    return None if page is None else WatchedService(rehearsal, service, page.path, groups)
