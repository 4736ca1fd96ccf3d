"""Scenarios of feature files, with the requests and answers that their steps name."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from opsready.documents.circumstance import circumstances_in
from opsready.documents.gherkin import Feature, Scenario, Step
from opsready.documents.request import Request, is_made_by_a_client, requests_in, status_in
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

ERROR_STATUS = 400

_ERROR_TAG = re.compile(r"@(error|errors|negative|sad|unhappy|failure|failures)\b", re.IGNORECASE)
_ERROR_NAME = re.compile(
    r"\b(errors?|fail(s|ed|ure|ures|ing)?|invalid|reject(s|ed|ion)?|unavailable|is down|outage"
    r"|den(y|ies|ied)|unknown|refus(e|es|ed)|not found|time(s)? ?out|duplicate|unauthori[sz]ed"
    r"|forbidden|malformed|missing|exceed(s|ed))\b",
    re.IGNORECASE,
)
_BODY = re.compile(r"\b(body|payload|json|content)\b", re.IGNORECASE)
_INLINE_JSON = re.compile(r"\{.*\}")
_HEADER = re.compile(
    r"\bheader\s+[\"'`]?(?P<name>[\w-]+)[\"'`]?\s*(?::|=|is|set to|with value|of|as)\s*"
    r"[\"'`]?(?P<value>[^\"'`]+)",
    re.IGNORECASE,
)
# What stands in such a header may be a credential, which no output may ever hold.
_SECRET_HEADER = re.compile(r"auth|cookie|token|key|secret|session|signature", re.IGNORECASE)
_KEY_TITLES = {"field", "key", "name", "property", "attribute", "parameter"}


@dataclass
class _Play:
    """The requests of one scenario as its steps are read; a body or header may come first.
    `down` and `answers` are what the parts around the service do from here on."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, Any] = field(default_factory=dict)
    down: tuple[str, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)

    def read(self, step: Step) -> None:
        """Add what this step says."""
        if step.kind != "then":
            self._read_circumstances(step)
        made = [r for r in requests_in(step.text) if _is_played(step, r)]
        for request in made:
            around = {"down": list(self.down), "answers": dict(self.answers)}
            said = {key: value for key, value in around.items() if value}
            sent = {"method": request.method, "path": request.path, **said, **self.waiting}
            self.requests.append(sent)
            self.waiting = {}
        self._read_content(step, is_request=bool(made))
        if self.requests and (step.kind == "then" or made):
            status = status_in(step.text)
            if status is not None:
                self.requests[-1].setdefault("expects", status)

    def _read_circumstances(self, step: Step) -> None:
        for part in circumstances_in(step.text):
            others = tuple(name for name in self.down if name != part.name)
            self.down = others if part.is_up else (*others, part.name)
            self.answers = {n: s for n, s in self.answers.items() if n != part.name}
            if part.status is not None:
                self.answers = {**self.answers, part.name: part.status}

    def _read_content(self, step: Step, *, is_request: bool) -> None:
        if step.kind == "then" and not is_request:
            return
        follows = is_request or (self.requests and step.kind == "when")
        target = self.requests[-1] if follows else self.waiting
        if is_request or _BODY.search(step.text):
            body = _body(step)
            if body is not None and target.get("method") not in {"GET", "HEAD", "DELETE"}:
                target["json"] = body
        header = _HEADER.search(step.text)
        if header is not None and not _SECRET_HEADER.search(header["name"]):
            target.setdefault("headers", {})[header["name"]] = header["value"].strip()


def read(bundle: Bundle) -> Iterator[Fact]:
    """One journey for each scenario; several of one name are told apart by their feature."""
    features = bundle.documents(Feature)
    seen = Counter(scenario.name for feature in features for scenario in feature.scenarios)
    for feature in features:
        for scenario in feature.scenarios:
            name = scenario.name if seen[scenario.name] == 1 else f"{feature.name}: {scenario.name}"
            yield Fact(
                Claim.JOURNEY,
                _value(feature, scenario, name),
                feature.path,
                scenario.line,
                bundle.quote(feature.path, scenario.line),
            )


def _value(feature: Feature, scenario: Scenario, name: str) -> Mapping[str, Any]:
    play = _Play()
    for step in scenario.steps:
        play.read(step)
    last = play.requests[-1] if play.requests else _touched(scenario)
    return {
        "name": feature.name,
        "scenario": name,
        "method": last.get("method"),
        "path": last.get("path"),
        "expects": last.get("expects"),
        "steps": play.requests,
        "error": _is_error(scenario, last.get("expects")),
        "tags": list(scenario.tags),
    }


def _touched(scenario: Scenario) -> Mapping[str, Any]:
    """A route that is spoken of without being called: part of the journey, but nothing to play."""
    texts = (scenario.name, *(step.text for step in scenario.steps))
    named = (request for text in texts for request in requests_in(text))
    first = next(named, None)
    return {} if first is None else {"method": first.method, "path": first.path}


def _is_played(step: Step, request: Request) -> bool:
    """A `when` is about a request to us. A `given` often tells what another service does, and a
    `then` what we call: there the sender must be a client, or a `then` name the answer."""
    if step.kind == "when":
        return True
    answered = step.kind == "then" and status_in(step.text) is not None
    return answered or is_made_by_a_client(step.text, request)


def _is_error(scenario: Scenario, expects: int | None) -> bool:
    if expects is not None:
        return expects >= ERROR_STATUS
    return any(_ERROR_TAG.match(tag) for tag in scenario.tags) or bool(
        _ERROR_NAME.search(scenario.name)
    )


def _body(step: Step) -> str | None:
    """The JSON of a doc string, a table of fields, or in the line itself."""
    if step.table:
        return _body_of_table(step.table)
    inline = _INLINE_JSON.search(step.text)
    text = step.doc_string if step.doc_string is not None else inline[0] if inline else ""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return json.dumps(parsed, ensure_ascii=False) if isinstance(parsed, dict | list) else None


def _body_of_table(table: tuple[tuple[str, ...], ...]) -> str | None:
    """Two columns are names and values; else a header of names and one row of values. Two by two
    could be either, unless a title says so."""
    has_title = table[0][0].strip().lower() in _KEY_TITLES
    if all(len(row) == 2 for row in table) and (has_title or len(table) != 2):
        rows = table[1:] if has_title else table
        return json.dumps({name: _typed(value) for name, value in rows}, ensure_ascii=False)
    if len(table) == 2 and len(table[0]) != 2:
        fields = zip(table[0], map(_typed, table[1]), strict=True)
        return json.dumps(dict(fields), ensure_ascii=False)
    return None


def _typed(value: str) -> Any:
    """Whole numbers, `true`, `false` and `null` mean themselves, all else is text."""
    return json.loads(value) if re.fullmatch(r"-?[1-9]\d{0,17}|0|true|false|null", value) else value


READER = Reader("journeys", read)
