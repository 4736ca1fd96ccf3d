"""A review as SARIF 2.1.0 (OASIS), for code hosts that show findings beside the code."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from opsready import __version__
from opsready.review.catalog import CHECKS, LINTERS
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
    extensions = [_extension(tool, review) for tool in sorted({f.tool for f in _theirs(review)})]
    rule_of = {rule["id"]: {"id": rule["id"], "index": n} for n, rule in enumerate(rules)}
    for number, extension in enumerate(extensions):
        component = {"name": extension["name"], "index": number}
        for n, rule in enumerate(extension["rules"]):
            rule_of[rule["id"]] = {"id": rule["id"], "index": n, "toolComponent": component}
    driver = {"name": "opsready", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver, **({"extensions": extensions} if extensions else {})},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the tree"}}},
        "invocations": [
            {
                "executionSuccessful": not any(missing.crashed for missing in review.not_run),
                "toolExecutionNotifications": [_notification(m) for m in review.not_run],
            }
        ],
        "results": [_result(finding, rule_of[finding.check]) for finding in review.findings],
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


def _theirs(review: Review) -> list[Finding]:
    return [finding for finding in review.findings if finding.tool != "opsready"]


def _extension(tool: str, review: Review) -> dict[str, Any]:
    """A linter as a component of its own (§3.18.3), with those of its rules that found anything
    and the page of its adapter."""
    found = {finding.check: finding for finding in _theirs(review) if finding.tool == tool}
    linter = next((known for known in LINTERS if known.id == tool), None)
    page = page_of(linter.lint.__module__) if linter else None
    return {
        "name": tool,
        **({"fullDescription": {"text": page.summary, "markdown": page.text}} if page else {}),
        "rules": [_rule_of_a_tool(found[id]) for id in sorted(found)],
    }


def _rule_of_a_tool(finding: Finding) -> dict[str, Any]:
    """A linter's own rule, of which we know no more than its name."""
    return {
        "id": finding.check,
        "shortDescription": {"text": f"{finding.check} of {finding.tool}"},
        "help": {"text": finding.remedy},
        "properties": {"mandate": finding.mandate, "tags": ["operations", finding.tool]},
    }


def _result(finding: Finding, rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of the driver goes by `ruleIndex`, one of an extension by `rule` (§3.27.7)."""
    named = {"rule": rule} if "toolComponent" in rule else {"ruleIndex": rule["index"]}
    result: dict[str, Any] = {
        "ruleId": finding.check,
        **named,
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
