"""The report on disk, beside what a command prints."""

from opsready.cli.output import progress
from opsready.evidence.store import BadEvidence
from opsready.report.run import write_report
from opsready.verdict.outcome import Outcome


def stored_report(outcome: Outcome) -> str | None:
    """The path of the page; a full disk must not cost the verdict, which took minutes."""
    try:
        return str(write_report(outcome))
    except (OSError, BadEvidence) as error:
        progress(f"opsready: the report is not stored: {error}")
        return None
