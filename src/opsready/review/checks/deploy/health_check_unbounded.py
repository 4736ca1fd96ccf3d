"""A look at the service's health that can last for ever."""

import re
from collections.abc import Iterator

from opsready.documents.shell import Command
from opsready.documents.tool import Does
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_TIME_LIMITS = ("--max-time", "-m", "--connect-timeout", "--timeout", "-T", "--retry-max-time")
# A counter, a clock or an exit: any of them ends the loop.
_ENDS = re.compile(r"\(\(|-[gl][te]\b|\bexit\b|\breturn\b|SECONDS|\btimeout\b|\bseq\b|max|attempt")


def find(case: Case) -> Iterator[Finding]:
    """One finding a loop or a request, in what pipelines and deploy scripts verify with."""
    seen: set[tuple[str, int]] = set()
    for path in (*case.automation.paths, *case.automation.scripts):
        for act in path.that(Does.VERIFIES):
            command = act.effect.command
            if command is None or _is_limited(act):
                continue
            finding = _loop(command) or _request(command)
            if finding is not None and (finding.path, finding.line) not in seen:
                seen.add((finding.path, finding.line))
                yield finding


def _is_limited(act: Act) -> bool:
    """Whether the job ends by itself; a code host's own limit is six hours."""
    limited = act.job is not None and act.job.timeout_minutes is not None
    command = act.effect.command
    return limited or (command is not None and "timeout" in command.words[:2])


def _loop(command: Command) -> Finding | None:
    loop = command.loop
    if loop is None or loop.kind == "for" or _ENDS.search(loop.text):
        return None
    return Finding(
        command.path,
        loop.line,
        f"this `{loop.kind}` loop asks until the service is healthy, and never gives up: a version"
        " that never becomes healthy holds the deploy, and its lock, until somebody looks",
        "Count the attempts and fail after a number of them, or run it under `timeout`.",
    )


def _request(command: Command) -> Finding | None:
    if command.program not in {"curl", "wget"} or command.has(*_TIME_LIMITS):
        return None
    return Finding(
        command.path,
        command.line,
        f"`{command.program}` waits without a limit for an answer: a service that hangs passes for"
        " one that is slow",
        "Add `--max-time 5`, the longest that a healthy service may take."
        if command.program == "curl"
        else "Add `--timeout=5 --tries=1`.",
    )


CHECK = Check(
    id="health-check-unbounded",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a health check without a time limit",
    find=find,
)
