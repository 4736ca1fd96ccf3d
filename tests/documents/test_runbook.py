"""What a runbook page says, in the forms of several houses."""

import pytest

from opsready.documents.markdown import Markdown
from opsready.documents.runbook import Role, Runbooks, is_runbook, role_of


def shape(text: str, path: str = "docs/runbooks/page.md") -> dict[str, list[str]]:
    """Name of each entry, with the roles of its parts."""
    entries = Runbooks.assemble([Markdown.parse(path, text)]).entries
    return {entry.name: [part.role.value for part in entry.parts] for entry in entries}


def test_one_alert_a_page_with_a_part_a_heading() -> None:
    page = "# KubeNodeDown\n## Meaning\nx\n## Impact\nx\n## Diagnosis\nx\n## Mitigation\nx\n"
    assert shape(page) == {"KubeNodeDown": ["symptom", "impact", "diagnosis", "remedy"]}


def test_many_entries_a_page_each_with_its_parts() -> None:
    page = (
        "# Runbook\n## Overview\nx\n## Contacts\nx\n"
        "## Database down\n### Symptom\nx\n### Diagnostic steps\n1. Check the log\n"
        "### Remediation steps\nx\n### Escalation criteria\nx\n### Rollback procedure\nx\n"
        "## Restart\nRun it.\n"
    )
    assert shape(page) == {
        "Database down": ["symptom", "diagnosis", "remedy", "escalation", "rollback"],
        "Restart": [],
    }


def test_parts_may_be_bold_words_instead_of_headings() -> None:
    page = "# Runbook\n## Stuck\n**Symptom**: x\n\n**Cause**: y\n\n**Fix:** z\n"
    assert shape(page) == {"Stuck": ["symptom", "diagnosis", "remedy"]}


def test_a_part_keeps_the_headings_within_it() -> None:
    page = (
        "# Slow\n## Symptoms\nx\n## Diagnosis\n### Check the pool\nx\n### Verify the replica\nx\n"
        "## Resolution\nx\n"
    )
    assert shape(page) == {"Slow": ["symptom", "diagnosis", "remedy"]}


def test_a_page_without_parts_is_one_entry_a_section() -> None:
    page = (
        "# Operations\n## Restart the service\nRun it.\n## Flush the cache\nRun it.\n## Links\nx\n"
    )
    assert shape(page) == {"Restart the service": [], "Flush the cache": []}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docs/runbooks/orders.md", "# Orders\n", True),
        ("RUNBOOK.md", "# Orders\n", True),
        (".haiku/knowledge/RUNBOOK.md", "# Orders\n", True),
        ("docs/ops.md", "# Runbook: orders\n", True),
        ("docs/orders.md", "# A\n## Symptoms\nx\n## Diagnosis\nx\n## Mitigation\nx\n", True),
        ("docs/faq.md", "# A\n## Overview\nx\n## Check it\nx\n## Solutions\nx\n", False),
        ("docs/ops_runbook/disk.rst", "Disk\n====\n", True),
        ("docs/orders.md", "# Orders\n## Overview\nx\n", False),
        ("docs/runbooks/README.md", "# Runbooks\n", False),
        ("playbooks/site.md", "# Ansible playbooks\n", False),
        ("docs/debugging.md", "# Runbooked\n", False),
    ],
)
def test_a_runbook_is_known_by_place_title_or_headings(
    path: str, text: str, expected: bool
) -> None:
    assert is_runbook(Markdown.parse(path, text)) is expected


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Diagnostic steps", Role.DIAGNOSIS),
        ("2. Investigate", Role.DIAGNOSIS),
        ("Step 1: Check the queue", Role.DIAGNOSIS),
        ("Root cause", Role.DIAGNOSIS),
        ("Verify the alert", Role.DIAGNOSIS),
        ("Remediation steps", Role.REMEDY),
        ("Immediate actions", Role.REMEDY),
        ("Verify recovery", Role.VERIFICATION),
        ("Check that it worked", Role.VERIFICATION),
        ("When to escalate", Role.ESCALATION),
        ("Rollback procedure", Role.ROLLBACK),
        ("How to undo", Role.ROLLBACK),
        ("Symptoms", Role.SYMPTOM),
        ("AlertmanagerFailedReload", None),
        ("Architecture", None),
    ],
)
def test_the_words_of_a_heading_tell_what_a_part_is_for(heading: str, role: Role | None) -> None:
    assert role_of(heading) is role


def test_the_commands_of_an_entry_are_those_of_its_shell_blocks() -> None:
    page = "# Runbook\n## Restart\n```sh\n$ systemctl restart orders\n```\n```json\n{}\n```\n"
    [entry] = Runbooks.assemble([Markdown.parse("RUNBOOK.md", page)]).entries
    assert [(command.program, command.line) for command in entry.commands] == [("systemctl", 4)]
