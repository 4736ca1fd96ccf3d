"""The page of a unit: what a user reads who meets its id. It lies beside the unit's module."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from opsready.review.catalog import CHECKS


@dataclass(frozen=True)
class Page:
    """Markdown: a title, a sentence, and sections by their headings."""

    text: str

    @property
    def title(self) -> str:
        """The id, as the first line gives it."""
        return self.text.partition("\n")[0].removeprefix("# ").strip()

    @property
    def summary(self) -> str:
        """What is wrong, in a sentence."""
        return self.section("")

    @property
    def headings(self) -> list[str]:
        """The second-level headings, in order."""
        return [heading for heading, _ in self._sections()][1:]

    def section(self, heading: str) -> str:
        """The Markdown below a second-level heading; what stands above the first under ""."""
        return next((body for known, body in self._sections() if known == heading), "")

    def _sections(self) -> list[tuple[str, str]]:
        """Headings inside fenced blocks belong to the example, not to the page."""
        sections: list[tuple[str, list[str]]] = [("", [])]
        fence = ""
        for line in self.text.splitlines()[1:]:
            ticks = line[: len(line) - len(line.lstrip("`"))]
            if not fence and line.startswith("## "):
                sections.append((line[3:].strip(), []))
                continue
            if len(ticks) >= 3:
                fence = ticks if not fence else "" if line.strip() == fence else fence
            sections[-1][1].append(line)
        return [(heading, "\n".join(body).strip()) for heading, body in sections]


@cache
def page_of(module: str) -> Page | None:
    """The page beside a module given by its dotted name; None where there is none."""
    package, _, stem = module.rpartition(".")
    file = resources.files(package).joinpath(f"{stem}.md")
    return Page(file.read_text(encoding="utf-8")) if file.is_file() else None


def page(id: str) -> str:
    """The page of a check, as Markdown. Raises `KeyError` for an id that no check has."""
    check = next((known for known in CHECKS if known.id == id), None)
    found = page_of(check.find.__module__) if check else None
    if found is None:
        raise KeyError(id)
    return found.text
