"""Which entries only pass the page on, beyond the example of the page."""

import pytest

from opsready.review.checks.runbooks.runbook_only_escalates import find
from tests.build import make_case


def only_calls(entry: str) -> bool:
    text = f"# Runbook\n\n## Queue stuck\n\n{entry}\n"
    return bool(list(find(make_case({"docs/runbook.md": text}))))


@pytest.mark.parametrize(
    "entry",
    [
        "Page the on-call engineer.",
        "Orders stop being processed. Escalate to the payments team.",
        "If the queue does not move, contact support and wait for them.",
        "- Notify #incidents\n- Call the team lead",
        "| When | Then |\n|---|---|\n| stuck | page the on-call |",
        "**Symptom**: the queue is stuck, check the graph.\n\n**Fix**: ask an engineer.",
    ],
)
def test_an_entry_that_only_calls_somebody_is_found(entry: str) -> None:
    assert only_calls(entry)


@pytest.mark.parametrize(
    "entry",
    [
        "Restart the worker, then page the on-call engineer.\n\nWait ten minutes.",
        "Page the on-call engineer.\n\n```sh\nsystemctl restart worker\n```",
        "Run `systemctl restart worker`. If it fails, page the on-call engineer.",
        "First check the queue. Then call the payments team.",
        "See [the guide](guide.md), or ask the team.",
        "The queue holds orders until they are paid.",
        "| When | Then |\n|---|---|\n| stuck | restart it |\n| lost | page the on-call |",
    ],
)
def test_an_entry_with_something_to_do_is_left_alone(entry: str) -> None:
    assert not only_calls(entry)
