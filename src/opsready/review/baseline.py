"""A baseline: the findings that were there before, so that only what is new is shown."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from opsready.review.finding import KNOWN
from opsready.review.review import Review

SCHEMA = "opsready/baseline/1"


class NotABaseline(Exception):
    """The file is no baseline: which file, why, and how to make one."""


@dataclass(frozen=True)
class Baseline:
    """The fingerprints that are known."""

    fingerprints: frozenset[str]

    def applied_to(self, review: Review) -> Review:
        """The review, known findings suppressed."""
        marked = (
            finding.suppressed_by(KNOWN)
            if finding.suppressed is None and finding.fingerprint in self.fingerprints
            else finding
            for finding in review.findings
        )
        return replace(review, findings=tuple(marked))


def baseline_text(review: Review) -> str:
    """The text of a baseline file that knows every finding that nobody allowed.

    Check, path and message are for the reader of a diff; only the fingerprint counts.
    """
    known = [
        {"fingerprint": f.fingerprint, "check": f.check, "path": f.path, "message": f.message}
        for f in review.findings
        if f.suppressed in (None, KNOWN)
    ]
    return json.dumps({"schema": SCHEMA, "findings": known}, indent=2, ensure_ascii=False) + "\n"


def read_baseline(file: Path) -> Baseline:
    """The baseline in a file. Raises `NotABaseline`."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotABaseline(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise NotABaseline(f"{file}: is not JSON: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise NotABaseline(f'{file}: is no baseline: it must say "schema": "{SCHEMA}"')
    entries = content.get("findings")
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise NotABaseline(f"{file}: `findings` must be a list of objects")
    return Baseline(frozenset(str(entry.get("fingerprint")) for entry in entries))
