"""The page as a browser shows it: on a desk and on a telephone, by day and by night."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.report.browser import PROGRAM, Ended, Page, browser
from tests.report.test_html import text_of
from tests.report.watched_shop import FILES

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")

CONTRAST = """
(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  for (const node of document.querySelectorAll("main *, nav *")) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
    if (!own || node.closest("svg") || !node.getClientRects().length) continue;
    const [a, b] = [rgb(getComputedStyle(node).color), behind(node)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.add(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
  }
  return [...low];
})()
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Path]]:
    folder = tmp_path_factory.mktemp("chromium")
    path = folder / "index.html"
    path.write_text(text_of(folder, FILES), encoding="utf-8")
    with ExitStack() as stack:
        try:
            page = stack.enter_context(browser(folder))
        except (Ended, BrokenPipeError):
            pytest.skip("chromium is installed and does not start here")
        yield page, path


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("width", [1280, 390], ids=["on a desk", "on a telephone"])
def test_it_fits_and_can_be_read(shown: tuple[Page, Path], width: int, dark: bool) -> None:
    page, path = shown
    page.shape(width, dark=dark)
    page.open(path)
    assert page.value("document.documentElement.scrollWidth") == width
    assert page.value(CONTRAST) == []
    ground = page.value("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 23, 26)" if dark else "rgb(252, 252, 250)")


def test_it_asks_for_nothing_and_complains_of_nothing(shown: tuple[Page, Path]) -> None:
    page, path = shown
    page.open(path)
    assert page.value("document.querySelectorAll('.copy').length") == 5
    assert page.asked == [path.as_uri()]
    assert page.complaints == []


def test_a_page_leads_to_the_entry_that_it_names(shown: tuple[Page, Path]) -> None:
    page, path = shown
    page.shape(390)
    page.open(path, "#runbook-restart")
    assert page.value("document.querySelector('#runbook-restart:target') !== null")
    top = page.value("document.querySelector('#runbook-restart').getBoundingClientRect().top")
    assert 0 <= top <= 40


def test_what_is_copied_is_what_one_types(shown: tuple[Page, Path]) -> None:
    page, path = shown
    page.open(path)
    page.value(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => {"
        " window.copied = text; }}});"
    )
    page.value("document.querySelectorAll('.copy')[1].click()")
    assert page.value("window.copied") == (
        'aws ecs describe-services --cluster "$CLUSTER" --services shop'
    )
    page.value("document.querySelectorAll('.copy')[2].click()")
    assert page.value("window.copied") == (
        "export API_TOKEN=***\n\ndeploy/pipeline/rollback production"
    )


def test_it_is_whole_without_a_script(shown: tuple[Page, Path]) -> None:
    page, path = shown
    page.scripts(run=False)
    try:
        page.open(path)
        assert page.value("document.querySelectorAll('.copy').length") == 0
        assert page.value("document.querySelectorAll('main section').length") == 10
        assert (
            page.value("getComputedStyle(document.querySelector('.command')).userSelect") == "all"
        )
    finally:
        page.scripts(run=True)
