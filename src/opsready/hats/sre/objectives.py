"""What healthy is and what is promised: `docs/operations/slo.md`, and a file for each objective."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact, LeftOut
from opsready.hats.sre.alert import OBJECTIVES
from opsready.hats.sre.burn import decimal
from opsready.hats.sre.sli import Sli
from opsready.hats.sre.slo_page import page
from opsready.hats.sre.watch import watch_of
from opsready.hats.sre.yaml_text import block, comment, scalar
from opsready.spec.spec import Spec

_HAT = "sre"


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """The page, and a file for each objective that a metric measures; nothing where there is no
    metric at all."""
    watch = watch_of(spec, facts)
    if not watch.is_measured:
        return
    because = "healthy comes before unhealthy, and a promise before the alarm that it breaks"
    yield Artifact(OBJECTIVES, page(watch, spec, facts), _HAT, because)
    for sli in watch.slis:
        because = "other tools read the same objective"
        yield Artifact(f"monitoring/slo/{sli.name}.yaml", _openslo(sli), _HAT, because)


def left_out(spec: Spec, facts: Facts) -> Iterator[LeftOut]:
    """Why nothing is watched, where there is a service."""
    if facts.of(Claim.ROUTE, Claim.START_COMMAND) and not watch_of(spec, facts).is_measured:
        why = (
            "no metric of the service is known, and no route that would show some: add one, or "
            "state health.metrics and run `opsready observe`"
        )
        yield LeftOut("objectives and alerts", why)


def _openslo(sli: Sli) -> str:
    """OpenSLO v1. Its alert condition knows one window, so that burn alerts stand in the rules."""
    head = (
        f"{sli.reason[0].upper()}{sli.reason[1:]}. Burn alerts look at two windows at once, which "
        "OpenSLO cannot say: they are in monitoring/prometheus/."
    )
    lines = [*comment(head), "apiVersion: openslo/v1", "kind: SLO", "metadata:"]
    lines += [f"  name: {scalar(sli.name)}", f"  displayName: {scalar(_title(sli))}", "spec:"]
    lines += [f"  description: {scalar(_title(sli))}", f"  service: {scalar(sli.service)}"]
    lines += ["  indicator:", "    metadata:", f"      name: {scalar(sli.name)}"]
    lines += ["    spec:", "      ratioMetric:", "        counter: true"]
    which = "good" if sli.is_latency else "bad"
    lines += [f"        {which}:", *_source(_counted(sli)), "        total:", *_source(_all(sli))]
    lines += ["  timeWindow:", f"    - duration: {sli.slo.window_days}d", "      isRolling: true"]
    lines += ["  budgetingMethod: Occurrences", "  objectives:"]
    lines += [f"    - displayName: {scalar(sli.name)}", f"      target: {decimal(1 - sli.budget)}"]
    return "\n".join(lines) + "\n"


def _source(query: str) -> Iterator[str]:
    yield "          metricSource:"
    yield "            type: Prometheus"
    yield "            spec:"
    yield from block("query", query, 7)


def _counted(sli: Sli) -> str:
    suffix = "_bucket" if sli.is_latency else ""
    return f"sum({sli.events.select(sli.bad_matcher, suffix=suffix)})"


def _all(sli: Sli) -> str:
    return f"sum({sli.events.select(suffix='_count' if sli.is_latency else '')})"


def _title(sli: Sli) -> str:
    return f"{sli.slo.objective_percent:g} % of {sli.what} {sli.good_is}"


PRODUCER = Producer("objectives", produce, left_out)
