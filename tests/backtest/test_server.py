"""History that a server holds: the same answer as over files, and every way in which it fails."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from opsready.backtest.backtest import Asked, Backtest, backtest
from opsready.backtest.history.read import History
from opsready.backtest.past import Recorded
from opsready.backtest.replays import Window
from opsready.backtest.server.access import Access, BadAccess, ServerFailed
from opsready.backtest.server.client import Client
from opsready.backtest.server.queries import ask
from opsready.backtest.server.query import Query, cost_of
from opsready.backtest.server.rules import groups_of
from opsready.backtest.server.served import Served
from opsready.promql.arrays import Grid
from opsready.promql.series import Store
from opsready.report.backtest_page.plots import plots_of
from tests.backtest.api_server import Api, serving
from tests.backtest.nouns import MINUTE_MS, make_groups, make_store
from tests.cli.answer import call

RULES = """\
groups:
- name: shop
  rules:
  - record: shop:errors:rate
    expr: sum by (job) (rate(errors_total[5m]))
  - alert: Many
    expr: shop:errors:rate > 0.5
    for: 2m
    labels: {severity: page}
  - alert: Lasting
    expr: avg_over_time(shop:errors:rate[10m]) > 0.2 and on (job) up == 1
    labels: {severity: page}
  - alert: Direct
    expr: increase(errors_total[3m]) > 60
    labels: {severity: ticket, instance: "{{ $labels.instance }}!"}
"""
WINDOW = Window(20 * MINUTE_MS, 118 * MINUTE_MS)


def store() -> Store:
    return make_store(
        'errors_total{job="a",instance="1"} 0x30 0+60x10 600+3x80',
        'errors_total{job="a",instance="2"} 0x60 0+30x20 _x20 5+1x20',
        'errors_total{job="b",instance="1"} 0+1x120',
        'up{job="a"} 1x70 0 0 1x60',
        'up{job="b"} 1x120',
    )


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serving(store()) as api:
        yield api


@pytest.fixture(autouse=True)
def healthy(api: Api) -> None:
    api.faults, api.warnings, api.refuses, api.asked, api.knows = [], [], "", [], {}
    api.most_at_once, api.steps_at_most = 0, 11_000


def client(api: Api, **values: object) -> Client:
    return Client(Access(api.url, **values), pause=lambda _: None)  # type: ignore[arg-type]


def over(api: Api, rules: str = RULES, **values: object) -> Backtest:
    with client(api, **values) as one:
        return backtest(make_groups(rules), Served(one), WINDOW)


def firings(found: Backtest) -> list[object]:
    return [firing for one in found.replayed for firing in one.firings]


def test_a_server_gives_the_same_firings_as_the_samples_themselves(api: Api) -> None:
    here = backtest(make_groups(RULES), Recorded(History(store())), WINDOW)
    there = over(api)
    assert firings(there) == firings(here)
    assert len(firings(here)) > 5
    assert there.is_whole


def test_long_spans_are_asked_for_in_chunks(api: Api) -> None:
    query = Query("up", Grid(0, MINUTE_MS, 25_000), "Down", 0)
    assert [grid.count for grid in query.chunks()] == [10_000, 10_000, 5_000]
    cost = cost_of(Query("rate(x[5m])", query.grid, "R", 5 * MINUTE_MS))
    assert (cost.queries, cost.evaluations, cost.samples_a_series) == (3, 25_000, 500_000)


@pytest.mark.parametrize("fault", ["503", "429", "502", "half", "text", "hang"])
def test_what_passes_is_asked_for_again(api: Api, fault: str) -> None:
    api.faults = [fault, fault]
    found = over(api, timeout_s=1.0, at_once=1)
    assert found.is_whole
    assert firings(found) == firings(over(api))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("503", "answered 503: fault 503; asked 2 times"),
        ("half", "no whole answer: "),
        ("text", "half an answer: it is no whole JSON; asked 2 times"),
        ("hang", "no answer in time; asked 2 times"),
    ],
)
def test_what_does_not_pass_is_said_with_its_query(api: Api, fault: str, said: str) -> None:
    api.faults = [fault] * 2
    with client(api, retries=1, timeout_s=0.5) as one, pytest.raises(ServerFailed) as caught:
        one.range("sum(up)", 0, 60_000, 60_000)
    assert str(caught.value).startswith(f"`sum(up)` from 0: {said}")


def test_what_a_server_refuses_is_not_asked_for_again(api: Api) -> None:
    api.refuses = "sum("
    with client(api) as one, pytest.raises(ServerFailed, match=r"422: too expensive$"):
        one.range("sum(up)", 0, 60_000, 60_000)
    assert len(api.asked) == 1


def test_what_is_too_much_at_once_is_asked_for_in_halves(api: Api) -> None:
    query = Query("sum(up)", Grid(0, 15_000, 470), "Down", 0)
    with client(api) as one:
        whole = ask(one, query).vector
        api.steps_at_most, api.asked = 150, []
        parts = ask(one, query).vector
        assert (parts.values == whole.values).all()
        assert (parts.present == whole.present).all()
        assert len(api.asked) == 7  # of 470 steps, 2 of 235, 4 of 117 or 118
        api.steps_at_most = 10
        with pytest.raises(ServerFailed, match="422: query processing would load too many samples"):
            ask(one, query)


def test_one_refused_rule_leaves_the_others_and_makes_it_partial(api: Api) -> None:
    api.refuses = "increase("
    found = over(api)
    assert [one.alert for one in found.replayed] == ["Many", "Lasting"]
    assert not found.is_whole
    assert found.partial == (
        "Direct: `increase(errors_total[3m]) > 60` from 1200: answered 422: too expensive",
    )


def test_warnings_count_as_partial_data(api: Api) -> None:
    api.warnings = ["a store is away"]
    found = over(api)
    assert found.partial == ("the server warns: a store is away",)
    assert not found.is_whole


def test_an_expression_that_only_the_server_knows_works(api: Api) -> None:
    unknown = "rate(errors_total) keep_metric_names default 0 > 1"
    rows = [{"metric": {"job": "a"}, "values": [[1800, "2"], [1860, "2"]]}]
    api.knows = {unknown: {"resultType": "matrix", "result": rows}}
    rules = f"groups:\n- name: g\n  rules:\n  - {{alert: Odd, expr: '{unknown}'}}\n"
    found = over(api, rules)
    assert [(str(f), f.firing_ms, f.resolved_ms) for r in found.replayed for f in r.firings] == [
        ('{alertname="Odd", job="a"}', 1_800_000, 1_920_000)
    ]
    assert found.is_whole


def test_what_rules_record_may_be_read_from_the_server(api: Api) -> None:
    with client(api) as one:
        served = Served(one, trusts=True)
        served.replayed(served.judged(make_groups(RULES)), WINDOW)
    queries = {form["query"] for path, form, _ in api.asked if path.endswith("query_range")}
    assert "shop:errors:rate > 0.5" in queries
    assert "sum by (job) (rate(errors_total[5m]))" not in queries


def test_what_the_server_does_not_have_and_what_is_cold_is_told(api: Api) -> None:
    rules = """\
groups:
- name: g
  rules:
  - {alert: Gone, expr: missing_total > 1}
  - {alert: Cold, expr: 'increase(errors_total[2h]) > 100000'}
"""
    by_name = {one.alert: one for one in over(api, rules).replayed}
    assert by_name["Gone"].missing == ("missing_total",)
    assert by_name["Cold"].missing == ()
    assert by_name["Cold"].cold_ms == pytest.approx(120 * MINUTE_MS, abs=2 * MINUTE_MS)


def test_headers_tokens_and_passwords_are_sent_and_never_shown(api: Api) -> None:
    access = Access(api.url, {"X-Scope-OrgID": "shop", "Authorization": "Bearer s3cret"})
    assert "s3cret" not in repr(access)
    with Client(access) as one:
        one.instant("up", 0)
    assert api.asked[-1][2]["X-Scope-OrgID"] == "shop"
    assert api.asked[-1][2]["Authorization"] == "Bearer s3cret"
    with Client(Access(api.url, basic=("me", "pass"))) as one:
        one.instant("up", 0)
    assert api.asked[-1][2]["Authorization"] == "Basic bWU6cGFzcw=="
    assert Access("http://me:pass@host/x").shown == "http://host/x"


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"X-T\u00e9nant": "a"}, "X-T?nant"),
        ({"X-Org": "s3cret\u00fc"}, "X-Org"),
        ({"X": "a\nb"}, "X"),
    ],
)
def test_a_header_that_is_none_is_refused_without_its_value(
    headers: dict[str, str], shown: str
) -> None:
    with pytest.raises(BadAccess) as caught:
        Access("http://localhost", headers)
    assert str(caught.value) == (f"the header {shown} is none: one line of ASCII, without controls")


def test_an_address_or_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAccess, match="localhost:9090: a server's address begins with http"):
        Access("localhost:9090")
    (tmp_path / "cert.pem").write_text("no certificate")
    with pytest.raises(BadAccess, match=r"cert\.pem: no certificate that can be used: "):
        Client(Access("https://127.0.0.1", certificate=tmp_path / "cert.pem"))


def test_no_more_queries_run_at_once_than_is_allowed(api: Api) -> None:
    query = Query("up", Grid(0, MINUTE_MS, 60), "Down", 0)
    with client(api, at_once=2) as one:
        ask(one, query, steps=5)
    assert len(api.asked) == 12
    assert api.most_at_once <= 2


def authority(folder: Path) -> None:
    """A certificate of our own for the server and for the client, each with its key."""
    for name in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(issuer, issuer, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(address, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )


def test_a_client_certificate_opens_a_server_that_asks_for_one(tmp_path: Path) -> None:
    authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    context.load_verify_locations(tmp_path / "client.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    trusted = {"authority": tmp_path / "server.pem", "retries": 0}
    mine = {"certificate": tmp_path / "client.pem", "key": tmp_path / "client.key"}
    with serving(store(), context=context) as secured:
        with Client(Access(secured.url, **trusted, **mine)) as one:
            assert one.instant("vector(1)", 0).rows == [({}, [(0.0, 1.0)])]
        with Client(Access(secured.url, **trusted)) as one, pytest.raises(ServerFailed):
            one.instant("vector(1)", 0)
        unknown = pytest.raises(ServerFailed, match="certificate verify failed")
        with Client(Access(secured.url, **mine, retries=0)) as one, unknown:
            one.instant("vector(1)", 0)


SPAN = ("--from", "1200", "--to", "7080")


def test_the_command_asks_a_server_and_plans_first(api: Api, tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    answer = call("backtest", path, "--url", api.url, *SPAN)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("5 pages, ")
    before = len(api.asked)
    answer = call("backtest", path, "--url", api.url, *SPAN, "--plan")
    assert answer.out.startswith("5 queries, ")
    assert len(api.asked) == before


def test_a_servers_own_rules_are_read(api: Api) -> None:
    alert = {
        "type": "alerting",
        "name": "Direct",
        "query": "increase(errors_total[3m]) > 60",
        "duration": 120,
        "labels": {"severity": "page"},
        "annotations": {},
    }
    api.rules = {"groups": [{"name": "g", "file": "f", "interval": 60, "rules": [alert]}]}
    found = call("backtest", "--url", api.url, *SPAN, "--format", "json").fields("backtest")
    assert [one["alert"] for one in found["summary"]["by_alert"]] == ["Direct"]
    assert found["alerts"][0]["firing_at"] == "1970-01-01T00:35:00Z"
    api.rules = {"groups": "none"}
    answer = call("backtest", "--url", api.url, *SPAN)
    assert (answer.code, answer.reason) == (
        2,
        f"opsready: {api.url}: its rules cannot be read: it lists no rule groups",
    )


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    answer = call("backtest", tmp_path / "rules.yml", "--url", "localhost:9090", *SPAN)
    assert answer.code == 2
    assert "a server's address begins with http:// or https://" in answer.reason


ASKS = """\
groups:
- name: g
  rules:
  - alert: Many
    expr: increase(errors_total[3m]) > 60
    labels:
      severity: page
      up: '{{ with query "sum(up)" }}{{ . | first | value }}{{ end }}'
"""


def test_a_query_of_a_template_is_asked_once_for_all_evaluations(api: Api) -> None:
    here = backtest(make_groups(ASKS), Recorded(History(store())), WINDOW)
    there = over(api, ASKS)
    assert firings(there) == firings(here)
    labels = {dict(one.labels)["up"] for each in here.replayed for one in each.firings}
    assert labels == {"1", "2"}
    asked = [form["query"] for path, form, _ in api.asked if path.endswith("query_range")]
    assert asked.count("sum(up)") == 1
    with client(api) as one:
        served = Served(one)
        costs = list(served.costs(served.judged(make_groups(ASKS)), WINDOW))
    assert [cost.expr for cost in costs] == [
        "increase(errors_total[3m]) > 60",
        "sum(up)",
        "count(errors_total)",
    ]


def test_a_query_of_a_template_that_the_server_refuses_leaves_its_rule_out(api: Api) -> None:
    api.refuses = "sum(up)"
    found = over(api, ASKS + "  - {alert: Up, expr: up == 0}\n")
    assert [one.alert for one in found.replayed] == ["Up"]
    assert found.partial == ("Many: `sum(up)` from 1200: answered 422: too expensive",)


def test_an_annotation_that_is_not_supported_changes_nothing_of_when_it_fires(api: Api) -> None:
    rules = "groups:\n- name: g\n  rules:\n  - {alert: Up, expr: up == 0, %s: {x: '{{ js 1 }}'}}\n"
    with client(api) as one:
        assert Served(one).judged(make_groups(rules % "annotations")).left_out == ()
        (left_out,) = Served(one).judged(make_groups(rules % "labels")).left_out
    assert left_out.why == "its template `x` is refused: the function js"


def test_rules_that_read_each_other_are_left_out_by_name(api: Api) -> None:
    """What the server recorded of them itself may be read."""
    rules = """\
groups:
- name: g
  rules:
  - {record: a, expr: sum(errors_total) + (b or vector(0)) * 0}
  - {record: b, expr: a + 1}
  - {alert: Up, expr: up == 0}
"""
    found = over(api, rules)
    assert [one.rule.name for one in found.left_out] == ["a", "b"]
    assert found.left_out[0].why.startswith("it reads what it writes, at once or through others")
    assert not found.is_whole
    with client(api) as one:
        assert Served(one, trusts=True).judged(make_groups(rules)).left_out == ()


RECORDED_ONLY = """\
groups:
- name: g
  rules:
  - {record: job:errors:rate, expr: 'sum by (job) (rate(errors_total[5m]))'}
  - {alert: Up, expr: up == 0}
"""


def test_what_rules_record_for_nobody_else_can_be_the_impact(api: Api) -> None:
    """The server does not have it; and what gives nothing at all is said."""
    asked = Asked(impact="job:errors:rate > 0.5 and on () vector(1)")
    rules = make_groups(RECORDED_ONLY)
    here = backtest(rules, Recorded(History(store())), WINDOW, asked)
    with client(api) as one:
        there = backtest(rules, Served(one), WINDOW, asked)
    assert there.incidents == here.incidents
    assert [one.name for one in here.incidents or ()] == ["impact 1", "impact 2"]
    with client(api) as one:
        nothing = backtest(rules, Served(one), WINDOW, Asked(impact="nosuch > 1"))
    assert nothing.notes == (
        "`nosuch > 1` gave nothing in the whole span, and tells of no incident",
    )


def test_the_plan_counts_all_that_will_be_asked(api: Api, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "old.yml").write_text(RULES.replace("> 60", "> 50"))
    words = ("backtest", tmp_path / "rules.yml", "--url", api.url, *SPAN, "--fidelity")
    words += ("--impact", "up == 0", "--compare", tmp_path / "old.yml")
    words += ("--sweep", "threshold=1x..2x/1x", "--html", tmp_path / "page.html")
    plan = call(*words, "--plan", "--format", "json").fields("backtest")["summary"]["plan"]
    assert api.asked == []
    assert call(*words).code == 0
    queries = [form["query"] for path, form, _ in api.asked if path.endswith("query_range")]
    assert len(queries) == len(set(queries)), "asked for twice"
    planned = [cost["expr"] for cost in plan if cost["evaluations"] > cost["queries"]]
    assert sorted(queries) == sorted(planned)


def test_a_group_that_looks_back_is_asked_for_the_past(api: Api) -> None:
    """Its alerts stand at the evaluation, what it records at the time that was asked for."""
    rules = RULES.replace("- name: shop\n", "- name: shop\n  query_offset: 3m\n")
    here = backtest(make_groups(rules), Recorded(History(store())), WINDOW)
    there = over(api, rules)
    assert firings(there) == firings(here)
    assert firings(here) != firings(over(api))


def test_a_servers_rules_of_one_file_have_pictures_of_their_own(api: Api) -> None:
    """It says the file of a rule, and no line."""
    rules = [
        {"type": "alerting", "name": "Up", "query": query, "labels": {}}
        for query in ("up == 0", "sum(up) < 2")
    ]
    api.rules = {"groups": [{"name": "g", "file": "f", "rules": rules}]}
    with client(api) as one:
        served = Served(one, trusts=True)
        found = backtest(groups_of(one.rules()), served, WINDOW)
        drawn = plots_of(found, served)
    assert {plot.expr for _, plots in drawn for plot in plots} == {"up", "sum(up)"}
    assert [noise.replayed.place for noise in found.noise] == ["Up", "Up"]
