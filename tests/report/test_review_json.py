"""The JSON of a review has exactly the keys of DESIGN §4."""

from opsready.report.review_json import review_fields
from opsready.review.finding import Place
from opsready.review.review import CheckNotRun, Review
from tests.build import make_finding


def test_a_review_has_its_findings_what_ran_and_what_did_not() -> None:
    finding = make_finding(related=(Place("compose.yaml", 7, "is pinned here"),))
    review = Review((finding,), ("unpinned-image",), (CheckNotRun("x", "no tool"),))
    assert review_fields(review) == {
        "findings": [
            {
                "check": "unpinned-image",
                "mandate": "OPS-5",
                "severity": "blocker",
                "path": "Dockerfile",
                "line": 3,
                "message": "`latest` moves",
                "remedy": "name a version",
                "fingerprint": finding.fingerprint,
                "tool": "opsready",
                "suppressed": None,
                "related": [{"path": "compose.yaml", "line": 7, "message": "is pinned here"}],
            }
        ],
        "ran": ["unpinned-image"],
        "not_run": [{"check": "x", "why": "no tool"}],
    }
