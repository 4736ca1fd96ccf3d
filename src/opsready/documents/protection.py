"""A code host's own account of its environments: which of them wait for a reviewer.

The text is what GitHub's API answers to `GET /repos/{owner}/{repo}/environments`
(docs.github.com, REST, deployments, environments).
"""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from opsready.documents.document import Unparsable

_REVIEWERS = "required_reviewers"


@dataclass(frozen=True)
class Protection:
    """`reviewed` are the environments whose deploys wait for a person, `open_to_all` the others.
    Names are told apart as the host tells them apart: in small letters."""

    NOUN: ClassVar[str] = "protection"

    path: str
    reviewed: frozenset[str]
    open_to_all: frozenset[str]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is not such an answer."""
        try:
            answer = json.loads(text.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            raise Unparsable(path, error.lineno, f"is not JSON: {error.msg}") from None
        except RecursionError:
            raise Unparsable(path, 1, "is nested deeper than any answer") from None
        listed = answer.get("environments") if isinstance(answer, dict) else None
        if not isinstance(listed, list) or not all(map(_is_named, listed)):
            how = "gh api repos/OWNER/REPO/environments"
            raise Unparsable(path, 1, f"lists no environments; `{how}` prints such a list")
        waits = {str(one["name"]).lower(): _waits_for_a_person(one) for one in listed}
        reviewed = frozenset(name for name, waiting in waits.items() if waiting)
        return cls(path, reviewed, frozenset(waits) - reviewed)

    def fault(self, environment: str) -> str:
        """Why a deploy to an environment does not wait for anybody; empty where it does."""
        name = environment.lower()
        if name in self.reviewed:
            return ""
        if name in self.open_to_all:
            return f"the code host lets a deploy to `{environment}` pass without a reviewer"
        return f"the code host knows no environment `{environment}`, so nothing holds a deploy up"


def _is_named(environment: Any) -> bool:
    return isinstance(environment, dict) and isinstance(environment.get("name"), str)


def _waits_for_a_person(environment: dict[str, Any]) -> bool:
    rules = environment.get("protection_rules")
    return isinstance(rules, list) and any(
        isinstance(rule, dict) and rule.get("type") == _REVIEWERS and bool(rule.get("reviewers"))
        for rule in rules
    )
