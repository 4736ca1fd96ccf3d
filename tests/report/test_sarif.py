"""The SARIF log has the structure of OASIS SARIF v2.1.0, and says what the review says."""

from typing import Any

import jsonschema
import pytest

from opsready.report.sarif import sarif, sarif_text
from opsready.review.catalog import CHECKS
from opsready.review.finding import KNOWN, Place, Severity
from opsready.review.foreign import GENERATED
from opsready.review.review import CheckNotRun, Review
from tests.build import make_finding


def obj(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object as the specification closes it: no other keys but `properties`."""
    allowed = {**properties, "properties": {"type": "object"}}
    return {
        "type": "object",
        "required": required,
        "properties": allowed,
        "additionalProperties": False,
    }


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# The parts that we use, by their sections of the specification.
TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = obj(["text"], text=TEXT)  # §3.11
MULTIFORMAT = obj(["text"], text=TEXT, markdown=TEXT)  # §3.12
ARTIFACT = obj(["uri"], uri={"type": "string", "format": "uri-reference"}, uriBaseId=TEXT)  # §3.4
REGION = obj(["startLine"], startLine={"type": "integer", "minimum": 1})  # §3.30
PHYSICAL = obj(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION)  # §3.29
LOCATION = obj(
    ["physicalLocation"],
    id={"type": "integer", "minimum": 0},
    physicalLocation=PHYSICAL,
    message=MESSAGE,
)  # §3.28
SUPPRESSION = obj(["kind"], kind={"enum": ["inSource", "external"]}, justification=TEXT)  # §3.35
RULE = obj(
    ["id"],
    id=TEXT,
    name=TEXT,
    shortDescription=MULTIFORMAT,
    fullDescription=MULTIFORMAT,
    help=MULTIFORMAT,
    defaultConfiguration=obj([], level=LEVEL),
)  # §3.49
COMPONENT = obj([], name=TEXT, index={"type": "integer", "minimum": 0})  # §3.54
REFERENCE = obj(
    [], id=TEXT, index={"type": "integer", "minimum": 0}, toolComponent=COMPONENT
)  # §3.52
RESULT = obj(
    ["message"],
    ruleId=TEXT,
    rule=REFERENCE,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=many(LOCATION),
    relatedLocations=many(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=many(SUPPRESSION),
)  # §3.27
NOTIFICATION = obj(["message"], message=MESSAGE, level=LEVEL, associatedRule=obj(["id"], id=TEXT))
INVOCATION = obj(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=many(NOTIFICATION),
)  # §3.20
TOOL = obj(
    ["name"], name=TEXT, version=TEXT, fullDescription=MULTIFORMAT, rules=many(RULE)
)  # §3.19
RUN = obj(
    ["tool"],
    tool=obj(["driver"], driver=TOOL, extensions=many(TOOL)),  # §3.18
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={
        "type": "object",
        "additionalProperties": obj([], uri=TEXT, description=MESSAGE),
    },
    invocations=many(INVOCATION),
    results=many(RESULT),
)  # §3.14
LOG = obj(["version", "runs"], **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=many(RUN))

FINDING = make_finding(
    check="unpinned-image",
    path="deploy/über file.yaml",
    related=(Place("compose.yaml", 7, "is pinned here"),),
)


def results(*findings: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(Review(tuple(findings)))["runs"][0]["results"]
    return found


@pytest.mark.parametrize(
    "review",
    [
        Review(),
        Review((FINDING,), ("unpinned-image",)),
        Review((FINDING.suppressed_by(KNOWN), FINDING.suppressed_by("allowed until … : why"))),
        Review((make_finding(line=0), make_finding(check="hadolint/DL3006", tool="hadolint"))),
        Review(not_run=(CheckNotRun("x", "no tool"), CheckNotRun("y", "oops", crashed=True))),
    ],
)
def test_a_log_is_valid(review: Review) -> None:
    jsonschema.validate(sarif(review), LOG)


def test_every_check_is_a_rule_with_its_page_as_help() -> None:
    rules = sarif(Review())["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.id for check in CHECKS]
    assert all(rule["help"]["markdown"].startswith(f"# {rule['id']}\n") for rule in rules)
    assert all(rule["properties"]["mandate"] for rule in rules)


def test_a_result_points_at_its_rule_its_line_and_what_it_is_related_to() -> None:
    [result] = results(FINDING)
    rules = sarif(Review((FINDING,)))["runs"][0]["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "unpinned-image"
    assert result["level"] == "error"
    assert result["message"]["text"] == "`latest` moves. name a version"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "deploy/%C3%BCber%20file.yaml",
                    "uriBaseId": "%SRCROOT%",
                },
                "region": {"startLine": 3},
            }
        }
    ]
    assert result["relatedLocations"][0]["message"]["text"] == "is pinned here"
    assert result["partialFingerprints"] == {"opsready/v1": FINDING.fingerprint}
    assert result["properties"]["mandate"] == "OPS-5"


def test_a_linter_is_a_component_of_its_own_with_the_rules_that_found_anything() -> None:
    theirs = make_finding(check="hadolint/DL3008", tool="hadolint", severity=Severity.ADVICE)
    [run] = sarif(Review((FINDING, theirs)))["runs"]
    [hadolint] = run["tool"]["extensions"]
    assert (hadolint["name"], [rule["id"] for rule in hadolint["rules"]]) == (
        "hadolint",
        ["hadolint/DL3008"],
    )
    assert hadolint["fullDescription"]["markdown"].startswith("# hadolint\n")
    ours, of_linter = run["results"]
    assert "rule" not in ours
    assert (of_linter["ruleId"], of_linter["level"]) == ("hadolint/DL3008", "note")
    assert of_linter["rule"] == {
        "id": "hadolint/DL3008",
        "index": 0,
        "toolComponent": {"name": "hadolint", "index": 0},
    }


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("allowed until 2027-01-31: why", "inSource"), (KNOWN, "external"), (GENERATED, "external")],
)
def test_a_suppressed_finding_says_by_what(reason: str, kind: str) -> None:
    [result] = results(FINDING.suppressed_by(reason))
    assert result["suppressions"] == [{"kind": kind, "justification": reason}]


def test_a_check_that_crashed_fails_the_run_and_one_that_could_not_judge_does_not() -> None:
    def successful(*missing: CheckNotRun) -> bool:
        answer: bool = sarif(Review(not_run=missing))["runs"][0]["invocations"][0][
            "executionSuccessful"
        ]
        return answer

    assert successful(CheckNotRun("x", "no tool"))
    assert not successful(CheckNotRun("x", "oops", crashed=True))


def test_the_text_is_the_log_as_json() -> None:
    assert '"version": "2.1.0"' in sarif_text(Review())
