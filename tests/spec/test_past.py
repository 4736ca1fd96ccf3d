"""What was recorded of the service: files of the tree, and servers that may be asked."""

from collections.abc import Iterator

import numpy as np
import pytest

from opsready.documents.rule_groups import rule_groups
from opsready.documents.rules import RuleFile
from opsready.promql.series import Series, Store
from opsready.review.check import NotGiven, NotRun
from opsready.review.checks.alerts.alert_noisy import CHECK
from opsready.spec.past import AGREED, NoPast, backtested
from opsready.spec.spec import History
from tests.backtest.api_server import Api, serving
from tests.build import make_bundle, make_case, make_spec

RULES = """\
groups:
- name: shop
  rules:
  - alert: QueueLong
    expr: queue_length > 80
    labels: {severity: page}
"""


def history_of(url: str) -> History:
    return History(metrics=url)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A queue that is too long once an hour, over the last week."""
    now = 1_763_000_040
    monkeypatch.setattr("time.time", lambda: float(now))
    times = 1000 * np.arange(now - 8 * 86_400, now, 60, dtype=np.int64)
    values = np.where(np.arange(times.size) % 60 == 0, 90.0, 20.0)
    with serving(Store([Series.of((("__name__", "queue_length"),), times, values)])) as api:
        yield api


def test_a_server_is_asked_where_the_environment_agrees(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = rule_groups(RuleFile.parse("rules.yml", RULES))
    monkeypatch.setenv("OPSREADY_BEARER", "s3cret")
    with pytest.raises(NoPast) as caught:
        backtested(history_of(api.url), make_bundle(), groups, 1_000)
    assert str(caught.value) == (
        f"{api.url} is asked only where the environment agrees: set OPSREADY_HISTORY_URL"
    )
    assert api.asked == []
    monkeypatch.setenv(AGREED, api.url)
    found = backtested(history_of(api.url), make_bundle(), groups, 1_000)
    assert (found.pages, found.weeks, found.is_whole) == (168, 1.0, True)
    assert api.asked[-1][2]["Authorization"] == "Bearer s3cret"


def test_a_server_makes_an_alert_noisy_and_its_password_is_not_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = api.url.replace("http://", "http://me:s3cret@")
    monkeypatch.setenv(AGREED, url)
    case = make_case({"rules.yml": RULES}, make_spec(history={"metrics": url}))
    (finding,) = CHECK.find(case)
    assert finding.message == (
        f"`QueueLong` paged 168 times in all, 168.0 a week, over what {api.url} recorded"
    )


def test_what_a_server_cannot_answer_is_not_run(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AGREED, api.url)
    api.refuses = "queue_length"
    case = make_case({"rules.yml": RULES}, make_spec(history={"metrics": api.url}))
    with pytest.raises(NotRun, match=r"^history\.metrics: .*answered 422: too expensive$"):
        list(CHECK.find(case))
    api.refuses, api.warnings = "", ["a store is away"]
    found = CHECK.find(case)
    assert next(found).line == 4
    with pytest.raises(NotRun, match=r"not all could be held against it: .*a store is away"):
        next(found)


def test_a_server_without_any_of_it_has_shown_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AGREED, api.url)
    rules = RULES.replace("queue_length", "other_length")
    case = make_case({"rules.yml": rules}, make_spec(history={"metrics": api.url}))
    with pytest.raises(NotRun, match="nothing was recorded of what the rules"):
        list(CHECK.find(case))


def test_without_a_history_the_check_says_that_it_was_not_run() -> None:
    with pytest.raises(NotGiven, match=r"^the spec names no recorded metrics: state history"):
        list(CHECK.find(make_case({"rules.yml": RULES})))
    assert list(CHECK.find(make_case({"README.md": "# Shop\n"}))) == []


def test_an_address_that_is_none_is_said() -> None:
    spec = make_spec(history={"metrics": "ftp://me:s3cret@host"})
    with pytest.raises(NotRun, match=r"^history\.metrics: ftp://host: a server's address begins"):
        list(CHECK.find(make_case({"rules.yml": RULES}, spec)))
