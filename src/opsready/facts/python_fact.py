"""Makes a fact of a place in Python code."""

import re
from typing import Any

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.python_values import GAP
from opsready.facts.fact import Claim, Confidence, Fact

_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s\"']*:)[^@/\s\"']+(@)")
_LITERAL = re.compile(r"([\"'])((?:(?!\1).)*)\1")
_SENSITIVE = r"(?:pass(?:word|wd)?|pwd|secret|token|api_?key|private_?key|credential)\w*"
# What stands before a literal that is a secret's value: `password: str = Field(`, `"token": `.
_ASSIGNED = re.compile(
    _SENSITIVE
    + r"[\"'\])]*\s*(?::\s*[\w.\[\]| ]+)?[=:]\s*(?:[\w.]+\(\s*(?:default\s*=\s*)?)*[bruf]?$",
    re.IGNORECASE,
)
_DEFAULT_OF = re.compile(r"(?:env|config)\w*(?:\.\w+)?\(.*" + _SENSITIVE + r"[\"'].*,.*$", re.I)
# Names of variables, paths, addresses, and sentences are no secrets.
_HARMLESS = re.compile(r"[A-Z][A-Z0-9_]*$|/|https?://[^@]*$|.*\s|$")
# A quote is shown to a person; a minified line is not.
QUOTE_AT_MOST = 200


def masked(text: str) -> str:
    """A line without the passwords in it: facts are printed, stored and sent on."""
    text = _PASSWORD_IN_URL.sub(rf"\1{GAP}\2", text)

    def hidden(literal: re.Match[str]) -> str:
        before = text[: literal.start()]
        is_value = _ASSIGNED.search(before) or _DEFAULT_OF.search(before)
        if not is_value or _HARMLESS.match(literal.group(2)):
            return literal.group()
        return f"{literal.group(1)}{GAP}{literal.group(1)}"

    return _LITERAL.sub(hidden, text)


def python_fact(
    code: PythonCode, claim: Claim, value: Any, scope: Scope, line: int, *, sure: bool = True
) -> Fact:
    """A fact that a line of code states, or that follows from it where it is not sure."""
    quote = masked(code.quote(scope.path, line))[:QUOTE_AT_MOST]
    confidence = Confidence.STATED if sure else Confidence.DERIVED
    return Fact(claim, value, scope.path, line, quote, confidence)


def at_run_time(
    code: PythonCode, claim: Claim, why: str, scope: Scope, line: int, known: str = ""
) -> Fact:
    """Says that code makes more of what a claim is about when it runs; `known` is what its text
    shows of it, with gaps."""
    value = {"claim": str(claim), "known": known, "why": why}
    return python_fact(code, Claim.AT_RUN_TIME, value, scope, line, sure=False)
