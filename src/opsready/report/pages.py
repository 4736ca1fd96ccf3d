"""The pages of checks, probes and criteria, by id."""

from opsready.rehearsal.catalog import PROBES
from opsready.review.catalog import CHECKS
from opsready.review.page import page_of
from opsready.verdict.catalog import CRITERIA


def known_ids() -> dict[str, str]:
    """Every id that has a page, with the kind of its unit: check, probe or criterion."""
    return {id: kind for id, (kind, module) in _units().items() if page_of(module)}


def explained(id: str) -> str | None:
    """The page of a unit, as Markdown; None for an id without one."""
    _, module = _units().get(id, ("", ""))
    page = page_of(module) if module else None
    return page.text if page else None


def _units() -> dict[str, tuple[str, str]]:
    """Kind and module of each unit."""
    return {
        **{check.id: ("check", check.find.__module__) for check in CHECKS},
        **{probe.id: ("probe", probe.run.__module__) for probe in PROBES},
        **{criterion.id: ("criterion", criterion.judge.__module__) for criterion in CRITERIA},
    }
