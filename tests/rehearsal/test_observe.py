"""observe: what a real start shows, and the facts that come of it."""

from pathlib import Path

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.observed import Observed, observed_text
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.gather import gather
from opsready.rehearsal.observe import observe
from opsready.sources.read import read
from tests.rehearsal.build import LIST_ORDERS, make_shop_spec, make_tree

pytestmark = pytest.mark.usefixtures("stages")

ONE_ORDER = {
    "name": "one order",
    "steps": [
        {"method": "GET", "path": "/orders"},
        {"method": "GET", "path": "/orders/{order_id}?full=1", "expects": 200},
    ],
}
NOT_FOUND = {"name": "no page", "fails": True, "steps": [{"method": "GET", "path": "/no"}]}


def observed_facts(root: Path) -> list[Fact]:
    return [f for f in gather(read(root)) if f.confidence is Confidence.OBSERVED]


def test_what_a_start_shows_becomes_facts_with_the_line_that_says_it(tmp_path: Path) -> None:
    spec = make_shop_spec(database=True, journeys=[ONE_ORDER, NOT_FOUND])
    observation = observe(spec, make_tree(tmp_path))
    assert observation.why == ""
    assert observation.seen["workers"] == [{"count": 1, "processes": 1}]
    assert [route["status"] for route in observation.seen["routes"]] == [404, 200, 200]
    facts = observed_facts(tmp_path)
    asked = {fact["name"]: fact["secret"] for fact in facts if fact.claim is Claim.ENV_VAR}
    assert asked == {"DATABASE_URL": True, "FAULTS": False, "PORT": False, "WORKERS": False}
    facts = [fact for fact in facts if fact.claim is not Claim.ENV_VAR]
    healthy = [fact for fact in facts if fact.claim is Claim.HEALTHY]
    assert [(fact["path"], fact["status"]) for fact in healthy] == [("/ready", 200), ("/live", 200)]
    routes = [fact.value for fact in facts if fact.claim is Claim.ROUTE]
    assert all(route.pop("seconds") > 0 for route in routes)  # how long is this machine's
    assert [(fact.claim, str(fact.value)) for fact in facts if fact not in healthy] == [
        (
            Claim.METRIC,
            "{'name': 'shop_duration_seconds', 'type': 'histogram', 'labels': [], 'values': {}, "
            "'buckets': [0.1, 0.3]}",
        ),
        (
            Claim.METRIC,
            "{'name': 'shop_requests_total', 'type': 'counter', 'labels': ['status'], "
            "'values': {'status': ['200', '404']}}",
        ),
        (Claim.METRICS_ROUTE, "{'path': '/metrics'}"),
        (Claim.ROUTE, "{'method': 'GET', 'path': '/orders', 'status': 200}"),
        (Claim.ROUTE, "{'method': 'GET', 'path': '/orders/{order_id}', 'status': 200}"),
    ]
    lines = (tmp_path / ".opsready/observed.json").read_text().splitlines()
    for fact in facts:
        assert fact.path == ".opsready/observed.json"
        assert lines[fact.line - 1].strip().rstrip(",") == fact.quote


def test_nothing_is_known_of_code_that_nobody_has_seen_run(tmp_path: Path) -> None:
    observe(make_shop_spec(), make_tree(tmp_path))
    assert observed_facts(tmp_path)
    (tmp_path / "README.md").write_text("# Shop\n")
    assert observed_facts(tmp_path), "prose changes nothing"
    (tmp_path / "shop.py").write_text("print('something else')\n")
    assert observed_facts(tmp_path) == []


def test_a_service_that_does_not_start_leaves_what_was_seen_before(tmp_path: Path) -> None:
    observe(make_shop_spec(), make_tree(tmp_path))
    before = (tmp_path / ".opsready/observed.json").read_text()
    observation = observe(make_shop_spec(runtime={"start": ["false"]}), make_tree(tmp_path))
    assert observation.why.startswith("ended with exit code 1")
    assert (tmp_path / ".opsready/observed.json").read_text() == before


def test_the_values_of_secrets_are_not_stored(tmp_path: Path) -> None:
    key = {"name": "KEY", "secret": True, "rehearsal": "correct-horse"}
    journey = {"name": "x", "steps": [{"method": "GET", "path": "/orders/correct-horse"}]}
    spec = make_shop_spec(configuration=[key], journeys=[LIST_ORDERS, journey])
    observe(spec, make_tree(tmp_path))
    text = (tmp_path / ".opsready/observed.json").read_text()
    assert "correct-horse" not in text
    assert "/orders/***" in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "does not say that it is opsready/observed/1"),
        ('{"schema": "opsready/observed/9"}', "does not say that it is opsready/observed/1"),
        ("{", "is not YAML"),
    ],
)
def test_what_is_no_observation_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unparsable, match=why):
        Observed.parse(".opsready/observed.json", text)


def test_an_observation_keeps_the_line_of_each_thing() -> None:
    seen = [{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/b"}]
    text = observed_text("abc", {"startup_s": 0.5, "routes": seen})
    observed = Observed.parse(".opsready/observed.json", text)
    assert observed.code == "abc"
    assert [(s.line, s.quote, s.values) for s in observed.of("routes")] == [
        (6, '{"method": "GET", "path": "/a"}', seen[0]),
        (7, '{"method": "GET", "path": "/b"}', seen[1]),
    ]
    assert observed.of("metrics") == ()
