"""Whether it is known how production starts: a server for development is not what users get."""

import shlex

from opsready.facts.fact import Claim, Facts
from opsready.spec.spec import Spec


def start_lacks(spec: Spec, facts: Facts) -> str:
    """What is not known of the start, as a message names it; empty where a person or the sources
    say how production starts."""
    start, origin = spec.operations.runtime.start, spec.origin("runtime.start")
    if not start:
        return "runtime.start"
    for_trials = {
        (fact.path, fact.line)
        for fact in facts.of(Claim.START_COMMAND)
        if fact["development"] is True
    }
    if origin is None or (origin.path, origin.line) not in for_trials:
        return ""
    return f"runtime.start (the code shows `{shlex.join(start)}` alone, a server for development)"
