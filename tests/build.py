"""Builds the smallest valid noun of each kind; a test overrides by keyword what it is about."""

import hashlib
from pathlib import Path
from typing import Any

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.facts.gather import gather
from opsready.hats.pack import Pack
from opsready.review.catalog import CHECKS
from opsready.review.check import Case
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import kind_of
from opsready.sources.read import bundle_of
from opsready.sources.source import Bundle, Source
from opsready.spec.spec import OperationsSpec, Spec


def make_source(path: str = "README.md", text: str = "# Shop\n") -> Source:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Source(path, kind_of(path, text), text, digest)


def make_bundle(files: dict[str, str] | None = None, root: Path = Path("/nowhere")) -> Bundle:
    """A bundle of in-memory files, path to text."""
    texts = sorted((files or {"README.md": "# Shop\n"}).items())
    return bundle_of(root, [make_source(path, text) for path, text in texts])


def make_fact(
    claim: Claim = Claim.PORT,
    value: Any = 8000,
    path: str = "app.py",
    line: int = 1,
    quote: str = "port=8000",
    confidence: Confidence = Confidence.STATED,
) -> Fact:
    return Fact(claim, value, path, line, quote, confidence)


def make_spec(**sections: Any) -> Spec:
    """A spec from plain values, as they would stand in `opsready.yaml`."""
    return Spec(OperationsSpec.model_validate({"service": {"name": "shop"}, **sections}))


def make_case(files: dict[str, str] | None = None, spec: Spec | None = None) -> Case:
    """What a check sees of these files: the real facts of them, and a spec."""
    bundle = make_bundle(files)
    facts: Facts = gather(bundle)
    return Case(facts, spec or make_spec(), Pack(bundle), checks=tuple(c.id for c in CHECKS))


def make_finding(**values: Any) -> Finding:
    known: dict[str, Any] = {
        "path": "Dockerfile",
        "line": 3,
        "message": "`latest` moves",
        "remedy": "name a version",
        "check": "unpinned-image",
        "mandate": "OPS-5",
        "severity": Severity.BLOCKER,
    }
    return Finding(**{**known, **values})
