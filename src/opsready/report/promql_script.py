"""What came of scripts of PromQL statements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsready.promql.script.run import Noted, Report

Reports = Mapping[str, Report]
"""What came of each script, by its path."""


def script_fields(reports: Reports) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {
        "passed": sum(report.passed for report in reports.values()),
        "failed": [
            {"path": path, **vars(each)}
            for path, report in reports.items()
            for each in report.failed
        ],
        "refused": [
            {"path": path, **vars(each)}
            for path, report in reports.items()
            for each in report.refused
        ],
    }


def script_text(reports: Reports) -> str:
    """The counts, all in all and of each script, then every statement that did not pass, with its
    place: those that failed first."""
    lines = [f"{path}: {_counts([report])}" for path, report in reports.items()]
    if len(lines) > 1:
        lines.insert(0, f"{len(lines)} scripts: {_counts(list(reports.values()))}")
    for path, report in reports.items():
        lines += _noted(path, "failed", report.failed)
    for path, report in reports.items():
        lines += _noted(path, "refused", report.refused)
    return "\n".join(lines)


def _counts(reports: Sequence[Report]) -> str:
    passed = sum(report.passed for report in reports)
    failed = sum(len(report.failed) for report in reports)
    refused = sum(len(report.refused) for report in reports)
    return f"{passed} passed, {failed} failed, {refused} refused"


def _noted(path: str, what: str, noted: Sequence[Noted]) -> Iterator[str]:
    for each in noted:
        yield from ("", f"{path}:{each.line}: {what}: {each.why}", f"  {each.statement}")
