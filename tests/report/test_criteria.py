"""What is said of criteria, to a person and to a machine."""

from opsready.report.criteria import criteria_fields, criteria_text
from opsready.verdict.compiler.compile import compile_criterion
from opsready.verdict.sentences import Stated

STATED = [
    Stated("unit.md", 9, compile_criterion("Readiness is separate from liveness")),
    Stated("", 0, compile_criterion("Deployment is automated")),
]


def test_a_person_reads_the_sum_then_each_with_its_place() -> None:
    assert criteria_text(STATED) == (
        "1 of 2 criteria can be verified\n"
        "\n"
        "verifiable   unit.md:9: Readiness is separate from liveness\n"
        "             decided by liveness-equals-readiness, readiness_follows_dependency\n"
        "\n"
        "vague        Deployment is automated\n"
        '             "Deployment is automated" names no step that runs, no gate and no trigger\n'
        "             write: Deployment pipeline runs `terraform plan` in CI and requires "
        "approval before\n             `apply`"
    )


def test_criteria_that_the_tree_does_not_state_are_said_to_be_the_stages() -> None:
    assert criteria_text(STATED[1:]).splitlines()[0] == (
        "0 of 1 criteria can be verified; no unit of the tree states one, so these are the "
        "stage's own"
    )


def test_a_machine_reads_what_decides_it_or_what_to_write() -> None:
    by = ["liveness-equals-readiness", "readiness_follows_dependency"]
    assert criteria_fields(STATED) == {
        "criteria": [
            {
                "text": "Readiness is separate from liveness",
                "path": "unit.md",
                "line": 9,
                "verifiable": True,
                "by": by,
                "why": "decided by " + ", ".join(by),
                "suggestion": None,
                "fault": None,
                "clauses": [
                    {
                        "text": "Readiness is separate from liveness",
                        "means": ["liveness-stands-apart"],
                        "by": by,
                        "fault": None,
                        "why": "",
                        "unread": [],
                    }
                ],
            },
            {
                "text": "Deployment is automated",
                "path": None,
                "line": None,
                "verifiable": False,
                "by": [],
                "why": '"Deployment is automated" names no step that runs, no gate and no trigger',
                "suggestion": "Deployment pipeline runs `terraform plan` in CI and requires "
                "approval before `apply`",
                "fault": "vague",
                "clauses": [
                    {
                        "text": "Deployment is automated",
                        "means": [],
                        "by": [],
                        "fault": "vague",
                        "why": '"Deployment is automated" names no step that runs, no gate and '
                        "no trigger",
                        "unread": [],
                    }
                ],
            },
        ]
    }
