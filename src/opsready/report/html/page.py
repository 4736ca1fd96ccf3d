"""The whole report as one page: put together here, looks in `templates/`."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape

from opsready.facts.fact import Claim, Fact
from opsready.rehearsal.proof import Result
from opsready.report.facts import FIRST, value_text
from opsready.report.html.alerts import watched
from opsready.report.html.burn import duration, percent, picture
from opsready.report.html.objectives import objectives
from opsready.report.html.runbooks import Shelf, ordered
from opsready.report.html.shown import Screen, shown
from opsready.review.finding import Finding, Severity
from opsready.sources.source import Bundle
from opsready.verdict.criterion import Status
from opsready.verdict.next_step import next_step
from opsready.verdict.outcome import Outcome

# A page of this many lines still opens at once on a telephone; `opsready facts --all` has the rest.
_FACTS_OF_A_CLAIM_AT_MOST = 200
_WORDS = {Result.HELD: "held", Result.BROKE: "broke", Result.NOT_RUN: "not run"}
_SEVERITIES = {
    Severity.BLOCKER: "Blockers: not ready while one of these stands",
    Severity.WARNING: "Warnings: mend these soon",
    Severity.ADVICE: "Advice: consider these",
}


def report_html(outcome: Outcome) -> str:
    """One page that needs nothing beside itself. Whatever comes from the tree is escaped, and no
    secret of it is shown."""
    screen = Screen(outcome.review.findings)
    shelf = Shelf(outcome.pack, screen)
    return (
        _environment()
        .get_template("report.html")
        .render(
            outcome=outcome,
            verdict=outcome.verdict,
            service=outcome.spec.operations.service,
            next_step=next_step(outcome.verdict),
            statuses=[Status.UNMET, Status.UNPROVEN, Status.MET],
            words=_WORDS,
            groups=list(_by_severity(outcome.review.standing)),
            suppressed=[f for f in outcome.review.findings if f.suppressed is not None],
            quote=_Quote(outcome.pack.bundle, screen),
            claims=list(_by_claim(outcome)),
            objectives=[(one, picture(one)) for one in objectives(outcome.spec, outcome.pack)],
            alerts=watched(outcome.pack, shelf),
            chapters=ordered(shelf.chapters),
        )
    )


class _Quote:
    """The line of a place, where it may be shown."""

    def __init__(self, bundle: Bundle, screen: Screen) -> None:
        self._bundle, self._screen = bundle, screen

    def __call__(self, path: str, line: int) -> str:
        return "" if self._screen.hides(path, line) else self._bundle.quote(path, line)


def _by_severity(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Any]]]:
    """Title, then each file with its findings."""
    for severity, title in _SEVERITIES.items():
        found = [finding for finding in findings if finding.severity is severity]
        if found:
            by_path = groupby(found, key=lambda finding: finding.path)
            yield title, [(path, list(group)) for path, group in by_path]


def _by_claim(outcome: Outcome) -> Iterator[tuple[str, list[Fact], int]]:
    """Name of the claim, its facts, and how many more there are."""
    for claim in dict.fromkeys((*FIRST, *Claim)):
        found = outcome.facts.of(claim)
        if found:
            kept = found[:_FACTS_OF_A_CLAIM_AT_MOST]
            yield str(claim).replace("_", " "), kept, len(found) - len(kept)


class _Templates(BaseLoader):
    """Those of this package, wherever it is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Any]:
        try:
            return _asset(template), None, lambda: True
        except FileNotFoundError:
            raise TemplateNotFound(template) from None


@cache
def _asset(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    """Everything is escaped, and shown as `shown` allows; an unknown name is a defect."""
    environment = Environment(
        loader=_Templates(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "duration": duration,
        "value": value_text,
        "as_json": _as_json,
        "said": _said,
    }
    style, script = _asset("style.css"), _asset("copy.js")
    environment.globals |= {
        "style": Markup(style),  # noqa: S704  ours
        "script": Markup(script),  # noqa: S704  ours
        "policy": Markup(_policy(style, script)),  # noqa: S704  digests of ours
    }
    return environment


def _finalized(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return "" if value is None else shown(str(value))


def _said(text: object) -> Markup:
    """What is told in words: what stands in backticks is code."""
    parts = shown(str(text)).split("`")
    if len(parts) % 2 == 0:  # one without its twin is a backtick
        return escape("`".join(parts))
    marked = (
        Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts)
    )
    return Markup("").join(marked)


def _policy(style: str, script: str) -> str:
    """What the browser may do: nothing but our own style and script, told by their digests. Were
    something of the tree to slip through, it would not run and fetch nothing."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)};"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
