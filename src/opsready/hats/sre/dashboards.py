"""Grafana dashboards: the service, its objectives, its critical journeys."""

from collections.abc import Iterator

from opsready.facts.fact import Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact
from opsready.hats.sre.grafana import board_json
from opsready.hats.sre.journey_board import journey_board
from opsready.hats.sre.service_board import service_board
from opsready.hats.sre.slo_board import slo_board
from opsready.hats.sre.watch import Watch, watch_of
from opsready.spec.sections.service import slug
from opsready.spec.spec import Spec

_HAT = "sre"
_ALL = ("service", "slo", "journeys")


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """One file a dashboard; each links those that are written beside it. None where nothing could
    be shown."""
    operations, watch = spec.operations, watch_of(spec, facts)
    if not watch.is_measured:
        return
    written = [about for about in _ALL if _is_shown(about, watch, spec, facts)]

    def others(about: str) -> list[str]:
        return [each for each in written if each != about]

    service = service_board(watch, others("service"))
    because = "whoever is called sees the course of every signal, and what else changed"
    yield Artifact(watch.service_dashboard, board_json(service), _HAT, because)
    if "slo" in written:
        because = "what is left of a budget decides whether the next release may go out"
        board = slo_board(watch, others("slo"))
        yield Artifact(watch.slo_dashboard, board_json(board), _HAT, because)
    journeys = journey_board(watch, operations, facts, others("journeys"))
    if journeys is not None:
        because = "an average over all routes hides a journey that fails"
        yield Artifact(_journeys(watch), board_json(journeys), _HAT, because)


def _is_shown(about: str, watch: Watch, spec: Spec, facts: Facts) -> bool:
    """Objectives where one is measured or an alert leads there; journeys where any can be told."""
    if about == "slo":
        led = any(alert.dashboard == watch.slo_dashboard for alert in watch.alerts)
        return bool(watch.slis) or led
    if about == "journeys":
        return journey_board(watch, spec.operations, facts, ()) is not None
    return True


def _journeys(watch: Watch) -> str:
    return f"monitoring/grafana/{slug(watch.service)}-journeys.json"


PRODUCER = Producer("dashboards", produce)
