"""Every minute of rules over days, here and in promtool: is there a difference?"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench.figures import Demand, Figure, Line
from bench.ground import Ground
from bench.measure import NotMeasured, Timing
from tests.alerting.answers import Answers, of_ours, of_promtool
from tests.alerting.burning import burn_rules, burn_tests
from tests.alerting.promtool import KNOWN, version
from tests.alerting.random_rules import rule_set, written

_OURS, _PEER = "opsready, every minute asked", "promtool test rules FILE"
_MOST_SHOWN = 3
RANDOM_SETS, HALF_A_DAY = 10, 720


def same_minutes(ground: Ground, name: str, files: Iterable[tuple[str, str]]) -> Figure:
    """The files of rules and of their tests, each answered by both, once."""
    if version() != KNOWN:
        return _not_asked(f"what is known is promtool {KNOWN}, here is {version() or 'none'}")
    took: list[Timing] = []
    peer_took: list[Timing] = []
    differences: list[str] = []
    answered = 0
    for number, (rules, tests) in enumerate(files):
        folder = ground.folder(f"{name}-{number}")
        (folder / "rules.yml").write_text(rules)
        (folder / "tests.yml").write_text(tests)
        ours, theirs = (
            _timed(answer, folder / "tests.yml", spent)
            for answer, spent in ((of_ours, took), (of_promtool, peer_took))
        )
        answered += len(theirs.alerts) + len(theirs.exprs)
        differences += differing(ours, theirs)
    lines = (
        Line(_OURS, _sum(took), f"{answered:,} answers, {len(differences)} differ"),
        Line(_PEER, _sum(peer_took)),
    )
    shown = tuple(f"- differs: {each}" for each in differences[:_MOST_SHOWN])
    return Figure(lines, (Demand("no difference", not differences),), shown)


def slo(days: int) -> Iterator[tuple[str, str]]:
    """One SLO with gaps, resets and marks of staleness."""
    yield written(burn_rules()), written(burn_tests(days))


def random_sets() -> Iterator[tuple[str, str]]:
    """Random groups in a given order, over values that add up exactly, for half a day."""
    for seed in range(RANDOM_SETS):
        rules, tests = rule_set(seed, HALF_A_DAY)
        yield written(rules), written(tests)


def differing(ours: Answers, theirs: Answers) -> Iterator[str]:
    """Each question that is answered otherwise, with both answers."""
    if ours.passed != theirs.passed:
        yield f"passed: {ours.passed}, promtool: {theirs.passed}"
    for mine, other in ((ours.alerts, theirs.alerts), (ours.exprs, theirs.exprs)):
        for asked in sorted({**mine, **other}):
            if mine.get(asked) != other.get(asked):
                name, at = asked
                yield f"`{name}` at {at}: {mine.get(asked)}, promtool: {other.get(asked)}"


def _timed(answer: Callable[[Path], Answers], tests: Path, spent: list[Timing]) -> Answers:
    """With the processor time of a child that it waits for."""
    wall, cpu = time.perf_counter(), _cpu_s()
    answered = answer(tests)
    spent.append(Timing(time.perf_counter() - wall, _cpu_s() - cpu))
    return answered


def _sum(spent: list[Timing]) -> Timing:
    return Timing(sum(one.wall_s for one in spent), sum(one.cpu_s for one in spent))


def _cpu_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _not_asked(why: str) -> Figure:
    none = NotMeasured(f"{why}; `make tools` installs it")
    return Figure((Line(_OURS, none), Line(_PEER, none)), (Demand("no difference", None),))
