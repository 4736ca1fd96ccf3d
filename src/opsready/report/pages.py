"""The pages of hats, checks, linters, probes and criteria, by id."""

from opsready.hats.catalog import HATS
from opsready.rehearsal.catalog import PROBES
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.page import page_of
from opsready.verdict.catalog import CRITERIA


def known_ids() -> dict[str, str]:
    """Every id that has a page, with the kind of its unit."""
    return {id: kind for id, (kind, module) in _units().items() if page_of(module)}


def kind_of(id: str) -> str:
    """The kind of the unit with this id, or of the linter with this rule."""
    ids = known_ids()
    return ids.get(id) or ids[id.partition("/")[0]]


def explained(id: str) -> str | None:
    """The page of a unit, as Markdown; None for an id without one. A linter's rule has the page
    of the linter."""
    _, module = _units().get(id) or _linters().get(id.partition("/")[0], ("", ""))
    page = page_of(module) if module else None
    return page.text if page else None


def _units() -> dict[str, tuple[str, str]]:
    """Kind and module of each unit."""
    return {
        **{hat.id: ("hat", hat.brief) for hat in HATS},
        **{check.id: ("check", check.find.__module__) for check in CHECKS},
        **_linters(),
        **{probe.id: ("probe", probe.run.__module__) for probe in PROBES},
        **{criterion.id: ("criterion", criterion.judge.__module__) for criterion in CRITERIA},
    }


def _linters() -> dict[str, tuple[str, str]]:
    """Kind and module of each linter: its findings go by the ids of its own rules."""
    return {linter.id: ("linter", linter.lint.__module__) for linter in LINTERS}
