"""The page of a run: what stands on it, and that nothing of a hostile tree acts through it."""

import base64
import hashlib
from pathlib import Path

import pytest

from opsready.pipeline import Options, run
from opsready.report.html.page import report_html
from tests.cli.trees import plant
from tests.report.html_tree import Element, read_html
from tests.report.watched_shop import FILES, OBJECTIVE, SCRIPT, SECRET

FETCHING = {"img", "link", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}


def text_of(root: Path, files: dict[str, str]) -> str:
    tree = plant(root / "tree", dict(files))
    return report_html(run(tree, Options(execute=False, linters=())))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return text_of(tmp_path_factory.mktemp("report"), FILES)


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return read_html(text)


def test_it_needs_nothing_beside_itself(page: Element, text: str) -> None:
    assert {element.tag for element in page.walk()} & FETCHING == set()
    assert {name for element in page.walk() for name in element.attributes} & {
        "src",
        "style",
    } == set()
    assert [
        e.attributes["href"] for e in page.walk() if e.attributes.get("href", "#")[0] != "#"
    ] == []
    assert "url(" not in page.one("style").text
    assert "@import" not in page.one("style").text


def test_every_link_leads_to_a_place_of_the_page_and_every_place_is_one(page: Element) -> None:
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    led = {element.attributes["href"][1:] for element in page.all("a")}
    assert led - set(ids) == set()
    named = {
        e.attributes[a] for e in page.walk() for a in ("aria-labelledby",) if a in e.attributes
    }
    assert {id for ids in named for id in ids.split()} - set(ids) == set()


def test_what_the_tree_says_is_text_whatever_it_looks_like(page: Element) -> None:
    assert len(page.all("script")) == 1
    assert page.one("p", class_="lead").text == "Sells tea <b>and</b> coffee"
    assert SCRIPT in page.one("article", id="runbook-availability").text
    assert f"{SCRIPT} no traffic" in page.one("section", id="alerts").text


def test_the_browser_may_run_and_load_nothing_but_our_own(page: Element) -> None:
    meta = page.one("meta", **{"http-equiv": "Content-Security-Policy"})
    parts = dict(
        part.split(" ", 1) for part in meta.attributes["content"].split("; ") if " " in part
    )
    assert parts["default-src"] == "'none'"
    for kind in ("style", "script"):
        written = "".join(part for part in page.one(kind).parts if isinstance(part, str))
        digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
        assert parts[f"{kind}-src"] == f"'sha256-{digest}'"


def test_no_secret_of_the_tree_is_on_it(text: str) -> None:
    assert SECRET not in text
    assert "API_TOKEN=***" in text


def test_the_verdict_comes_first_and_says_what_to_do_next(page: Element) -> None:
    assert page.one("h1").text == "shop"
    assert page.one("p", class_="answer").text == "Not ready"
    assert page.one("p", class_="next").text.startswith("Next mend OPS-2: deploy/prod.env:1 ")
    assert (
        "Nothing was shown by running it on this machine." in page.one("section", id="verdict").text
    )


def test_a_criterion_has_its_rungs_its_reasons_and_its_evidence(page: Element) -> None:
    row = page.one("section", id="criteria").all("article")[0]
    assert row.text.startswith(
        "unmet No hardcoded secrets or environment-specific values OPS-2 deploy/prod.env:1 "
        "DATABASE_PASSWORD is written out here (16 characters)"
    )
    assert "has claimed, needs checked" in row.one("summary").text
    assert "secret-in-file: found" in row.one("ul", class_="evidence").text


def test_a_finding_stands_at_its_line_and_a_secret_s_line_is_not_quoted(page: Element) -> None:
    first, second, *_ = page.one("section", id="findings").all("article")
    assert first.text.startswith("1 DATABASE_PASSWORD is written out here")
    assert first.all("pre") == []
    assert second.one("pre").text.startswith("annotations: {summary:")
    assert "→" not in second.text  # the sign is the style's, not a reader's
    assert second.one("p", class_="remedy").text == "Write docs/gone.md, or correct the link."


def test_an_alert_has_its_route_and_leads_to_its_runbook(page: Element) -> None:
    rows = page.one("section", id="alerts").all("article")
    told = [
        (row.one("b").text, row.one("span", class_="chip").text, *[d.text for d in row.all("dd")])
        for row in rows
    ]
    assert told == [
        ("ShopAvailabilityBurnFast", "page", "pager (pagerduty)", "availability"),
        ("ShopQuiet", "page", "pager (pagerduty)", "not in the tree: docs/gone.md", "10 min"),
        ("ShopAvailabilityBurnSlow", "ticket", "tickets (webhook)", "availability"),
    ]
    assert rows[0].one("a").attributes["href"] == "#runbook-availability"


def test_a_runbook_is_rendered_where_a_page_can_lead_to_its_entry(page: Element) -> None:
    entry = page.one("article", id="runbook-availability")
    assert [(h.tag, h.text) for h in entry.walk() if h.tag in {"h3", "h4"}][:3] == [
        ("h3", "Availability budget burns"),
        ("h4", "Symptom"),
        ("h4", "Diagnosis"),
    ]
    links = [(a.text, a.attributes["href"]) for a in entry.all("a")]
    assert links == [
        ("#runbook-availability", "#runbook-availability"),
        ("restart", "#runbook-restart"),
        ("restart", "#runbook-restart-remedy"),
    ]
    said = entry.text
    assert "the pager https://pager.example/x and a graph https://graph.example/a.png." in said


def test_a_command_is_told_from_its_prompt_and_from_what_it_answers(page: Element) -> None:
    session = page.one("article", id="runbook-availability").all("pre", class_="command")[1]
    assert session.one("span", class_="prompt").text == "$"
    assert session.one("span", class_="output").text == '"rolloutState": "COMPLETED"'


def test_an_objective_has_a_picture_and_the_same_in_words_and_figures(page: Element) -> None:
    shown = page.one("article", class_="objective")
    assert [dd.text for dd in shown.all("dd")] == ["99.9 %", "30 d", "43.2 min of full outage"]
    picture = shown.one("svg")
    assert picture.attributes["role"] == "img"
    assert picture.one("desc").text == (
        "When every request fails, the budget is spent after 43.2 min; ShopAvailabilityBurnFast "
        "fires after 51.8 s; ShopAvailabilityBurnSlow fires after 4.32 min."
    )
    # The SRE Workbook's table 5-8: 2 % of the budget in an hour, 10 % in three days.
    assert [[c.text for c in row.walk() if c.tag in {"td", "th"}] for row in shown.all("tr")][
        1:
    ] == [
        ["ShopAvailabilityBurnFast", "a page", "14.4×", "1 h, 5 min", "2 %", "51.8 s"],
        ["ShopAvailabilityBurnSlow", "a ticket", "1×", "3 d, 6 h", "10 %", "4.32 min"],
    ]


def test_facts_and_assumptions_stand_with_their_reasons(page: Element) -> None:
    facts = page.one("section", id="facts")
    assert "Shop README.md:1 derived" in [
        " ".join(cell.text for cell in row.all("td")) for row in facts.all("tr")
    ]
    assumed = {
        row.one("th").text: [cell.text for cell in row.all("td")]
        for row in page.one("section", id="assumptions").all("tr")[1:]
    }
    assert assumed["runtime.stop_timeout_s"] == [
        "30.0",
        "what Kubernetes and ECS grant before SIGKILL",
    ]


def test_a_tree_without_anything_has_a_page_too(tmp_path: Path) -> None:
    page = read_html(text_of(tmp_path, {"README.md": "# Shop\n"}))
    for section, said in (
        ("alerts", "The tree has no alert rule."),
        ("runbooks", "The tree has no runbook."),
        ("findings", "Nothing found by "),
    ):
        assert said in page.one("section", id=section).text


def test_objectives_without_a_budget_and_files_that_are_broken_cost_no_page(tmp_path: Path) -> None:
    def objective(name: str, target: str, window: str = "30d") -> str:
        text = OBJECTIVE.replace("name: availability", f"name: {name}").replace("30d", window)
        return text.replace("0.999", target)

    files = {
        "monitoring/slo/a.yaml": objective("all", "1.0"),
        "monitoring/slo/b.yaml": objective("more", "1.5"),
        "monitoring/slo/c.yaml": objective("none", ".nan"),
        "monitoring/slo/d.yaml": objective("hour", "0.99", "1h"),
        "monitoring/rules.yml": "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: 'sum('\n",
        "monitoring/alertmanager/alertmanager.yml": "route: [\n",
        "docs/runbooks/deep.md": "# Deep\n\n" + "> " * 300 + "[a](b" * 300 + "\n\n|a|\n|-|\n",
        "docs/runbooks/none.md": "",
    }
    page = read_html(text_of(tmp_path, files))
    shown = {one.one("h3").text: one.text for one in page.all("article", class_="objective")}
    assert "No picture: the objective leaves no budget." in shown["all"]
    assert "No picture: the objective leaves no budget." in shown["more"]
    assert "Budget none" not in shown["hour"] and "Window1 h" in shown["hour"]
    assert page.one("section", id="alerts").all("dd")[0].text == "no routing in the tree"


def test_several_entries_of_one_page_have_a_place_each(tmp_path: Path) -> None:
    entry = "## {}\n\n### Symptom\n\nIt is slow.\n\n### Remedy\n\n```sh\ntrue\n```\n\n"
    files = {
        ".haiku/knowledge/RUNBOOK.md": "# Runbook\n\n"
        + entry.format("Restart")
        + entry.format("Flush"),
        "docs/operations/runbooks/restart.md": entry.format("Restart").replace("##", "#"),
    }
    page = read_html(text_of(tmp_path, files))
    ids = [element.attributes.get("id", "") for element in page.walk()]
    assert {"runbook-restart", "runbook-restart-2", "runbook-flush"} <= set(ids)
    assert page.one("article", id="runbook-restart").one("p", class_="place").text == (
        "docs/operations/runbooks/restart.md #runbook-restart"
    )
