"""Facts as a person reads them, and as DESIGN §4 fixes their JSON."""

from collections.abc import Mapping
from typing import Any

from opsready.facts.fact import Claim, Fact, Facts

# The claims that a newcomer asks for first; the rest follow in the order of the enumeration.
FIRST = (
    Claim.SERVICE_NAME,
    Claim.LANGUAGE,
    Claim.FRAMEWORK,
    Claim.START_COMMAND,
    Claim.PORT,
    Claim.HEALTH_ROUTE,
    Claim.METRICS_ROUTE,
    Claim.DEPENDENCY,
)
_SHOWN_PER_CLAIM = 12


def facts_fields(facts: Facts) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {
        "facts": [
            {
                "claim": str(fact.claim),
                "value": fact.value,
                "path": fact.path,
                "line": fact.line,
                "quote": fact.quote,
                "confidence": str(fact.confidence),
            }
            for fact in facts
        ],
        "unread": [{"path": u.path, "line": u.line, "why": u.why} for u in facts.unread],
        "missing_inputs": facts.inputs.missing(),
    }


def facts_text(facts: Facts, *, every: bool = False) -> str:
    """Grouped by claim; long groups are cut unless `every`."""
    paths = {fact.path for fact in facts}
    unread = f"{len(facts.unread)} could not be read" if facts.unread else "all could be read"
    lines = [f"{len(facts.facts)} facts, said in {len(paths)} files of the tree; {unread}"]
    for claim in dict.fromkeys((*FIRST, *Claim)):
        lines += _group(claim, facts.of(claim), every=every)
    if facts.inputs.missing():
        lines += ["", "missing inputs: " + ", ".join(facts.inputs.missing())]
    if facts.unread:
        lines += ["", "unread"]
        lines += [f"  {u.path}{f':{u.line}' if u.line else ''}: {u.why}" for u in facts.unread]
    return "\n".join(lines)


def _group(claim: Claim, found: list[Fact], *, every: bool) -> list[str]:
    if not found:
        return []
    shown = found if every else found[:_SHOWN_PER_CLAIM]
    lines = ["", str(claim).replace("_", " ")]
    lines += [f"  {value_text(f.value)}  [{f.path}:{f.line}, {f.confidence}]" for f in shown]
    if len(shown) < len(found):
        lines.append(f"  … and {len(found) - len(shown)} more (--all shows them)")
    return lines


def value_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return " ".join(f"{k}={_word(v)}" for k, v in value.items() if v not in (None, [], "", ()))
    return _word(value)


def _word(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    folded = " ".join(text.split())
    return folded if len(folded) <= 80 else folded[:79] + "…"
