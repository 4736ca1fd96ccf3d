"""Many histories in several processes: the same as one after the other."""

import pytest

from opsready.alerting.groups import BadRule
from opsready.alerting.many import Task, episodes_of
from opsready.promql.arrays import Grid
from opsready.promql.series import Store, Times
from tests.alerting.nouns import MINUTE, alert, group, played, store


def task(number: int, expr: str = "x > 1") -> Task:
    rules = group(alert(f"A{number}", expr, for_min=1, labels={"n": "{{ $labels.n }}"}))
    history = store(f'x{{n="{number}"}} {"0 " * number}2x3')

    def load(times: Times) -> Store:
        return Store(history, times)

    return Task([rules], load, Grid(0, MINUTE, 10))


@pytest.mark.parametrize("processes", [1, 2])
def test_episodes_come_in_the_order_of_the_tasks(processes: int) -> None:
    tasks = [task(number) for number in range(6)]
    found = list(episodes_of(tasks, processes=processes))
    alone = [tuple(played(list(t.groups), t.load(Times()), 9).episodes) for t in tasks]
    assert found == alone
    assert [episodes[0].firing_at_ms for episodes in found] == [
        (number + 1) * MINUTE for number in range(6)
    ]


def test_a_rule_that_is_none_is_told_from_a_process_too() -> None:
    with pytest.raises(BadRule) as caught:
        list(episodes_of([task(1), task(2, "x >")], processes=2))
    assert "`A2`: its expression is no PromQL" in str(caught.value)
