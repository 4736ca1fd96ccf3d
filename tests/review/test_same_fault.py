"""What a linter and a check of ours both say of one place is said once, by ours."""

import pytest

from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.finding import Finding, Place, Severity
from opsready.review.review import Review, review_pack
from opsready.review.same_fault import SAME, merged
from tests.build import make_case, make_finding

WORKFLOW = """\
name: deploy
on:
  push:
    branches: [main]
permissions: {}
jobs:
  deploy:
    name: deploy
    runs-on: ubuntu-24.04
    steps:
      - name: tell
        uses: some-org/notify@v2
      - run: helm upgrade --install orders ./chart --atomic
        env:
          TOKEN: ${{ secrets.TOKEN }}
"""
PATH = ".github/workflows/deploy.yml"
KEY = "ghp_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3cD6"

PAIRS = [
    (PATH, WORKFLOW, "unpinned-action", "zizmor/unpinned-uses"),
    (PATH, WORKFLOW, "overlapping-deploys", "zizmor/concurrency-limits"),
    (PATH, WORKFLOW, "deploy-without-environment", "zizmor/secrets-outside-env"),
    ("Dockerfile", "FROM python\nCOPY . /app\n", "unpinned-image", "hadolint/DL3006"),
    ("Dockerfile", "FROM python:latest\nCOPY . /app\n", "unpinned-image", "hadolint/DL3007"),
    (
        "Dockerfile",
        "FROM python:3.12.11-slim\nUSER root\nCMD uvicorn app:app\n",
        "runs-as-root",
        "hadolint/DL3002",
    ),
    (
        "Dockerfile",
        "FROM python:3.12.11-slim\nUSER 1000\nENTRYPOINT gunicorn app:app | tee log\n",
        "signals-swallowed",
        "hadolint/DL3025",
    ),
    (
        "Dockerfile",
        "FROM python:3.12.11-slim\nENV JWT_SECRET=0a9b8c7d6e5f4a3b\n",
        "secret-in-file",
        "hadolint/DL3064",
    ),
    (
        "monitoring/alertmanager.yml",
        "route: {receiver: pager}\nreceivers:\n  - name: pager\n    pagerduty_configs:\n"
        "      - service_key: 0a9b8c7d6e5f4a3b0a9b8c7d6e5f4a3b\n",
        "pager-key-inline",
        "detect-secrets/secret-keyword",
    ),
    ("app/settings.py", f'KEY = "{KEY}"\n', "secret-in-file", "detect-secrets/github-token"),
]
"""Path and text of a file, our check, and the linter's rule."""


def of(check: str, line: int = 3, *related: Place, **values: object) -> Finding:
    tool = check.partition("/")[0] if "/" in check else "opsready"
    return make_finding(check=check, line=line, tool=tool, related=related, **values)


def review_of(files: dict[str, str]) -> Review:
    case = make_case(files)
    return review_pack(case.facts, case.spec, case.pack, linters=LINTERS)


def test_ours_remains_and_names_the_linters_rule_beside_it() -> None:
    ours, theirs = of("unpinned-image"), of("hadolint/DL3007", severity=Severity.ADVICE)
    [kept] = merged([ours], [theirs])
    assert kept.check == "unpinned-image"
    assert kept.severity is ours.severity
    assert kept.related == (Place("Dockerfile", 3, "hadolint/DL3007 says the same"),)
    assert kept.fingerprint == ours.fingerprint


@pytest.mark.parametrize(
    "theirs",
    [
        of("hadolint/DL3007", line=4),
        of("hadolint/DL3007", path="other/Dockerfile"),
        of("hadolint/DL3008"),
        of("shellcheck/SC2086"),
    ],
)
def test_another_place_or_another_meaning_stays(theirs: Finding) -> None:
    ours = of("unpinned-image")
    assert merged([ours], [theirs]) == [ours, theirs]


def test_a_step_is_one_place_whether_its_first_line_is_named_or_the_wrong_one() -> None:
    ours = of("unpinned-action", 11, path=PATH)
    theirs = of("zizmor/unpinned-uses", 12, Place(PATH, 11, "this step"), path=PATH)
    [kept] = merged([ours], [theirs])
    assert kept.related == (Place(PATH, 12, "zizmor/unpinned-uses says the same"),)


def test_every_pair_of_the_table_is_shown_on_the_real_tools() -> None:
    shown = {
        (rule.replace("secret-keyword", "*").replace("github-token", "*"), check)
        for _, _, check, rule in PAIRS
    }
    assert shown == {(rule, check) for rule, checks in SAME.items() for check in checks}


def test_the_table_names_checks_and_linters_that_there_are() -> None:
    assert {check for checks in SAME.values() for check in checks} <= {c.id for c in CHECKS}
    assert {rule.partition("/")[0] for rule in SAME} <= {linter.id for linter in LINTERS}


@pytest.mark.parametrize(("path", "text", "check", "rule"), PAIRS)
def test_each_pair_is_one_finding_of_the_real_tools(
    path: str, text: str, check: str, rule: str
) -> None:
    review = review_of({path: text})
    assert rule not in {finding.check for finding in review.findings}
    said = [p.message for f in review.findings if f.check == check for p in f.related]
    assert f"{rule} says the same" in said


def test_what_only_the_linter_says_stays() -> None:
    review = review_of({"Dockerfile": "FROM python:3.12\nWORKDIR app\n"})
    assert [f.check for f in review.of("hadolint/DL3000")] == ["hadolint/DL3000"]
