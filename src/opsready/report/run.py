"""What a run gives: the verdict on one screen, and everything in a report."""

import json
from pathlib import Path
from typing import Any

from opsready.evidence.store import store_text
from opsready.report.html.page import report_html
from opsready.report.rehearsal import journal_text
from opsready.report.review_json import review_fields
from opsready.report.review_text import review_text
from opsready.report.spec import spec_fields
from opsready.report.verdict_json import verdict_fields
from opsready.report.verdict_text import verdict_text
from opsready.verdict.outcome import Outcome

FOLDER = ".opsready/report"
PAGE = "index.html"


def run_fields(outcome: Outcome) -> dict[str, Any]:
    """The verdict, with review, rehearsal and pack beside it."""
    return {
        **verdict_fields(outcome.verdict),
        "review": review_fields(outcome.review),
        "rehearse": outcome.journal.to_json(),
        "pack": {
            "written": [
                {"path": a.path, "hat": a.hat, "because": a.because} for a in outcome.pack.written
            ]
        },
        "spec": spec_fields(outcome.spec),
    }


def write_report(outcome: Outcome) -> Path:
    """Stores the whole as JSON, as Markdown and as a page of HTML below the tree's
    `.opsready/report`; returns the path of the page. Raises OSError, and BadEvidence where a link
    leads out of the tree."""
    root = outcome.pack.bundle.root
    whole = {"schema": "opsready/run/1", **run_fields(outcome)}
    text = json.dumps(whole, indent=2, ensure_ascii=False, default=str) + "\n"
    store_text(root, f"{FOLDER}/run.json", text)
    store_text(root, f"{FOLDER}/report.md", report_markdown(outcome))
    store_text(root, f"{FOLDER}/{PAGE}", report_html(outcome))
    return root / FOLDER / PAGE


def report_markdown(outcome: Outcome) -> str:
    """Verdict, criteria, proofs, findings, assumptions and what the hats would write."""
    name = outcome.spec.operations.service.name
    parts = [
        f"# {name}: {'ready' if outcome.verdict.ready else 'not ready'}",
        _fenced(verdict_text(outcome.verdict)),
        "## Criteria",
        *[_criterion(row) for row in verdict_fields(outcome.verdict)["criteria"]],
        "## Proofs",
        _fenced(journal_text(outcome.journal)),
        "## Findings",
        _fenced(review_text(outcome.review, outcome.pack.bundle)),
        *_written(outcome),
    ]
    return "\n\n".join(parts) + "\n"


def _criterion(row: dict[str, Any]) -> str:
    head = f"- **{row['status']}** {row['must']} (`{row['id']}`; has {row['rung']}, needs"
    why = f"\n  {row['why']}" if row["why"] else ""
    return f"{head} {row['needs']}){why}"


def _written(outcome: Outcome) -> list[str]:
    """What `write` would add, so that a reader sees what was reviewed."""
    if not outcome.pack.written:
        return []
    files = [
        f"### {artifact.path}\n\nBecause {artifact.because}.\n\n{_fenced(artifact.text)}"
        for artifact in outcome.pack.written
    ]
    return ["## What the hats would add", *files]


def _fenced(text: str) -> str:
    """A fence that no line of the text ends."""
    return f"~~~~~text\n{text.rstrip()}\n~~~~~"
