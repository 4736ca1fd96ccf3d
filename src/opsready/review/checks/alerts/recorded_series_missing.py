"""A selector on a recorded metric that fits none of the rules which record it."""

import difflib
from collections.abc import Iterator, Sequence

from opsready.documents.dashboard import VALUE
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Recording
from opsready.promql.nodes import Matcher, Selector
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a selector, at the labels that no rule of that name gives."""
    book = case.pack.bundle.assembled(RuleBook)
    for owner, expression in case.queries:
        for selector in dict.fromkeys(use.selector for use in expression.selectors):
            recorded = [r for r in book.recordings if r.name == selector.name]
            asked = _without_variables(selector)
            if recorded and not book.may_give(asked):
                yield Finding(
                    expression.path,
                    expression.line,
                    f"{owner} reads `{_text(asked)}`, and no rule of the tree that records "
                    f"`{selector.name}` gives it these labels",
                    _remedy(asked, recorded),
                    related=tuple(Place(r.path, r.line, _given(r)) for r in recorded[:3]),
                )


def _without_variables(selector: Selector) -> Selector:
    """What a dashboard's variable stands for may be anything."""
    kept = tuple(m for m in selector.matchers if VALUE not in m.value)
    return Selector(selector.name, kept)


def _text(selector: Selector) -> str:
    asked = [m for m in selector.matchers if m.label != "__name__"]
    return f"{selector.name}{{{', '.join(map(_matcher, asked))}}}"


def _matcher(matcher: Matcher) -> str:
    return f'{matcher.label}{matcher.op}"{matcher.value}"'


def _given(recording: Recording) -> str:
    labels = ", ".join(f'{name}="{value}"' for name, value in recording.labels.items())
    return f"records it with {labels}" if labels else "records it without a label of its own"


def _remedy(asked: Selector, recorded: Sequence[Recording]) -> str:
    for matcher in asked.matchers:
        known = [r.labels[matcher.label] for r in recorded if matcher.label in r.labels]
        near = difflib.get_close_matches(matcher.value, known, 1)
        if near and matcher.value not in known:
            return f'Write `{matcher.label}="{near[0]}"`.'
    return "Ask for labels that the rule gives, or let the rule give these."


CHECK = Check(
    id="recorded-series-missing",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a recorded series that no rule gives",
    find=find,
)
