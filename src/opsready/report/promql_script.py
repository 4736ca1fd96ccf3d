"""What came of a script of PromQL statements."""

from collections.abc import Iterator, Sequence
from typing import Any

from opsready.promql.script.run import Noted, Report


def script_fields(report: Report) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {
        "passed": report.passed,
        "failed": [vars(each) for each in report.failed],
        "refused": [vars(each) for each in report.refused],
    }


def script_text(path: str, report: Report) -> str:
    """The counts, then every statement that did not pass, with its place."""
    counts = f"{report.passed} passed, {len(report.failed)} failed, {len(report.refused)} refused"
    blocks = [counts, *_noted(path, "failed", report.failed)]
    return "\n".join([*blocks, *_noted(path, "refused", report.refused)])


def _noted(path: str, what: str, noted: Sequence[Noted]) -> Iterator[str]:
    for each in noted:
        yield from ("", f"{path}:{each.line}: {what}: {each.why}", f"  {each.statement}")
