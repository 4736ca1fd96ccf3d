"""A review as DESIGN §4 fixes its JSON."""

from typing import Any

from opsready.review.finding import Finding
from opsready.review.review import Review


def review_fields(review: Review) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {
        "findings": [_finding(finding) for finding in review.findings],
        "ran": list(review.ran),
        "not_run": [{"check": missing.check, "why": missing.why} for missing in review.not_run],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """`suppressed` is the reason, or null for a finding that stands."""
    return {
        "check": finding.check,
        "mandate": finding.mandate,
        "severity": str(finding.severity),
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "remedy": finding.remedy,
        "fingerprint": finding.fingerprint,
        "tool": finding.tool,
        "suppressed": finding.suppressed,
        "related": [
            {"path": place.path, "line": place.line, "message": place.message}
            for place in finding.related
        ],
    }
