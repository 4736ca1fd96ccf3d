"""The page with the pictures: whole in itself, safe, and quick with many points."""

from pathlib import Path

import numpy as np
import pytest

from opsready.backtest.backtest import Asked, backtest
from opsready.backtest.history.read import History
from opsready.backtest.incidents import IncidentLog
from opsready.backtest.past import Recorded
from opsready.backtest.replays import Window
from opsready.backtest.sweep import Point
from opsready.promql.labels import labels_of
from opsready.promql.series import Series, Store
from opsready.report.backtest_page import plots
from opsready.report.backtest_page.frontier import frontier_figure
from opsready.report.backtest_page.page import backtest_html
from opsready.report.backtest_page.plots import plots_of, thinned
from tests.backtest.nouns import MINUTE_MS, make_groups, make_incident
from tests.cli.answer import call
from tests.report.browser import PROGRAM, Ended, browser

COUNT = 100_000
RULES = """\
groups:
- name: g
  rules:
  - alert: High
    expr: load > 0.9
    labels: {severity: page, text: "</script><script>alert(1)</script>"}
"""


def many(count: int) -> tuple[Recorded, Window]:
    rng = np.random.default_rng(1)
    times = MINUTE_MS * np.arange(count, dtype=np.int64)
    values = rng.random(count) * 0.8
    values[777] = 0.95
    labels = labels_of({"__name__": "load", "name": "<b>"})
    return Recorded(History(Store([Series.of(labels, times, values)]))), Window(0, int(times[-1]))


def page(count: int = COUNT) -> str:
    past, window = many(count)
    log = IncidentLog((make_incident(700, 800, name="<i>outage</i>"),))
    return backtest_html(backtest(make_groups(RULES), past, window, Asked(log)), past)


def test_the_page_refers_to_nothing_and_hides_no_markup_of_others() -> None:
    text = page()
    for reference in ("http:", "https:", "src=", "href=", "@import", "url("):
        assert reference not in text
    assert "alert(1)" not in text
    assert text.count("<script") == text.count("</script>") == 2
    assert "<b>" not in text and "<i>" not in text
    assert len(text) < 200_000


def test_of_100_000_points_the_spike_is_kept() -> None:
    past, window = many(COUNT)
    found = backtest(make_groups(RULES), past, window)
    ((_, (plot,)),) = plots_of(found, past)
    (line,) = plot.lines
    assert (plot.expr, plot.op, plot.bound) == ("load", ">", 0.9)
    assert len(line.times) <= 4_000
    assert line.values[line.times.index(777 * 60)] == 0.95


def test_with_many_lines_each_has_fewer_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "POINTS_OF_A_PAGE", 1_000)
    monkeypatch.setattr(plots, "POINTS_AT_LEAST", 100)
    past, window = many(10_000)
    found = backtest(make_groups(RULES), past, window)
    ((_, (plot,)),) = plots_of(found, past)
    (line,) = plot.lines
    assert len(line.times) <= 1_000
    assert line.values[line.times.index(777 * 60)] == 0.95


def test_a_sweep_is_a_picture_with_a_line_through_what_nothing_beats() -> None:
    points = (
        Point("for 0s", 4, 0, on_frontier=True),
        Point("for 5m", 4, 300_000),
        Point("for <10m>", 0, 600_000, on_frontier=True),
    )
    picture = frontier_figure(points, scored=False)
    assert '<path class="path" d="M60.0 20.0L360.0 206.0"/>' in picture
    assert picture.count("<circle") == 3
    assert picture.count('class="on"') == 2
    assert "for &lt;10m&gt;" in picture
    assert "Sweep of for: pages against longest delay" in picture
    assert frontier_figure((), scored=False) == ""
    missed = frontier_figure((Point("for 0s", 0, 0, detection_ms=None),), scored=True)
    assert "<circle" not in missed


def test_the_page_says_its_span_and_how_many_alerts_are_only_in_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plots, "_ALERTS_AT_MOST", 1)
    past, window = many(800)
    rules = make_groups(RULES + "  - {alert: Low, expr: load < 0}\n")
    text = backtest_html(backtest(rules, past, window), past)
    assert '<p class="scope">1970-01-01T00:00:00Z to 1970-01-01T13:19:00Z, 13h19m: 2 al' in text
    assert '"more":1,' in text


def test_thinning_keeps_the_extremes_and_the_gaps() -> None:
    values = np.zeros(9_000)
    values[[1234, 5678]] = 9, -9
    there = np.ones(9_000, dtype=bool)
    there[4000] = False
    kept = set(thinned(values, there, 300).tolist())
    assert {1234, 5678, 4000} <= kept
    assert len(kept) <= 300
    assert thinned(values[:10], there[:10], 300).tolist() == list(range(10))


def test_the_command_writes_the_page_where_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "history").write_text("load 1 60\nload 0 120\n")
    answer = call(
        *("backtest", tmp_path / "rules.yml", "--history", tmp_path / "history"),
        *("--html", tmp_path / "page.html"),
    )
    assert (answer.code, answer.err) == (0, f"the page is in {tmp_path / 'page.html'}\n")
    assert "1 page, " in (tmp_path / "page.html").read_text()


DRAWN = """
new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  done([...document.querySelectorAll("canvas")].map((canvas) => {
    const pen = canvas.getContext("2d");
    return pen.getImageData(0, 0, canvas.width, canvas.height).data.some((dot) => dot > 0);
  }));
})))
"""


@pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")
def test_a_browser_draws_it_and_complains_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page())
    try:
        with browser(tmp_path) as tab:
            tab.open(tmp_path / "index.html")
            answer = tab.tell(
                "Runtime.evaluate", expression=DRAWN, returnByValue=True, awaitPromise=True
            )
            assert answer["result"].get("value") == [True, True]
            assert tab.complaints == []
            assert all(address.startswith("file:") for address in tab.asked)
    except (Ended, BrokenPipeError):
        pytest.skip("chromium is installed and does not start here")
