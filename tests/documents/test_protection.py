"""A code host's own account of its environments."""

import json
from typing import Any

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.protection import Protection

REVIEWERS = {"type": "required_reviewers", "reviewers": [{"type": "Team"}]}


def answer(**rules: list[dict[str, Any]]) -> str:
    """What the host answers about environments with these rules."""
    listed = [{"name": name, "protection_rules": each} for name, each in rules.items()]
    return json.dumps({"total_count": len(listed), "environments": listed})


def protection(**rules: list[dict[str, Any]]) -> Protection:
    return Protection.parse("environments.json", answer(**rules))


def test_an_environment_with_reviewers_holds_a_deploy_up() -> None:
    assert protection(Production=[REVIEWERS]).fault("production") == ""


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"type": "wait_timer", "wait_timer": 30}],
        [{"type": "branch_policy"}],
        [{"type": "required_reviewers", "reviewers": []}],
    ],
)
def test_what_waits_for_no_person_lets_a_deploy_pass(rules: list[dict[str, Any]]) -> None:
    assert protection(production=rules).fault("production") == (
        "the code host lets a deploy to `production` pass without a reviewer"
    )


def test_an_environment_that_the_host_does_not_know_holds_nothing_up() -> None:
    assert protection(staging=[REVIEWERS]).fault("production") == (
        "the code host knows no environment `production`, so nothing holds a deploy up"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("environments:", "environments.json:1: is not JSON: Expecting value"),
        ("[" * 100_000, "environments.json:1: is nested deeper than any answer"),
        (
            '{"message": "Not Found"}',
            "environments.json:1: lists no environments; "
            "`gh api repos/OWNER/REPO/environments` prints such a list",
        ),
        (
            '{"environments": [{"id": 1}]}',
            "environments.json:1: lists no environments; "
            "`gh api repos/OWNER/REPO/environments` prints such a list",
        ),
    ],
)
def test_a_text_that_is_no_such_answer_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        Protection.parse("environments.json", text)
    assert str(refused.value) == why
