"""A review as SARIF 2.1.0 (OASIS), for code hosts that show findings beside the code."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from opsready import __version__
from opsready.review.catalog import CHECKS
from opsready.review.check import Check
from opsready.review.finding import KNOWN, Finding, Place, Severity
from opsready.review.foreign import GENERATED
from opsready.review.page import page_of
from opsready.review.review import CheckNotRun, Review

# OASIS SARIF v2.1.0 §3.58.3: severities are levels.
_LEVELS = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"


def sarif_text(review: Review) -> str:
    """The log, as JSON with one run."""
    return json.dumps(sarif(review), indent=2, ensure_ascii=False)


def sarif(review: Review) -> dict[str, Any]:
    """The log. Each finding that is suppressed says by what; each check that did not run is a
    notification."""
    rules = [_rule(check) for check in CHECKS]
    known = {rule["id"] for rule in rules}
    foreign = {f.check: f for f in review.findings if f.check not in known}
    rules += [_rule_of_a_tool(finding) for finding in foreign.values()]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "opsready", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the tree"}}},
        "invocations": [
            {
                "executionSuccessful": not any(missing.crashed for missing in review.not_run),
                "toolExecutionNotifications": [_notification(m) for m in review.not_run],
            }
        ],
        "results": [_result(finding, index) for finding in review.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    page = page_of(check.find.__module__)
    why = page.section("Why") if page else check.title
    remedy = page.section("What to do") if page else ""
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.id.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": page.summary if page else check.title},
        "help": {"text": f"{why}\n\n{remedy}", "markdown": page.text if page else why},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"mandate": check.mandate, "tags": ["operations", check.mandate]},
    }


def _rule_of_a_tool(finding: Finding) -> dict[str, Any]:
    """A linter's own rule, of which we know no more than its name."""
    return {
        "id": finding.check,
        "shortDescription": {"text": f"{finding.check} of {finding.tool}"},
        "help": {"text": finding.remedy},
        "properties": {"mandate": finding.mandate, "tags": ["operations", finding.tool]},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": index[finding.check],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}. {finding.remedy}"},
        "locations": [_location(finding.path, finding.line)],
        "partialFingerprints": {"opsready/v1": finding.fingerprint},
        "properties": {"mandate": finding.mandate, "remedy": finding.remedy, "tool": finding.tool},
    }
    if finding.related:
        result["relatedLocations"] = list(_related(finding.related))
    if finding.suppressed is not None:
        kind = "external" if finding.suppressed in (KNOWN, GENERATED) else "inSource"
        result["suppressions"] = [{"kind": kind, "justification": finding.suppressed}]
    return result


def _related(places: tuple[Place, ...]) -> Iterator[dict[str, Any]]:
    for number, place in enumerate(places):
        location = _location(place.path, place.line)
        yield {"id": number, **location, "message": {"text": place.message}}


def _location(path: str, line: int) -> dict[str, Any]:
    """A finding on a file as a whole, on line 0, has no region: lines count from 1."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(path), "uriBaseId": _ROOT}}
    if line >= 1:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def _notification(missing: CheckNotRun) -> dict[str, Any]:
    return {
        "level": "error" if missing.crashed else "note",
        "message": {"text": f"not run: {missing.why}"},
        "associatedRule": {"id": missing.check},
    }
