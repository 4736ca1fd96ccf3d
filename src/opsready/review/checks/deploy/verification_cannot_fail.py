"""A look at the service after a deploy whose answer changes nothing."""

import re
from collections.abc import Iterator

from opsready.documents.shell import Command
from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_FAILS = re.compile(r"-[A-Za-z]*f[A-Za-z]*|--fail(-with-body|-early)?")
_REMEDY = (
    "Let the failed look fail the job: no `|| true` and no `continue-on-error`; `curl --fail`; a"
    " loop that ends in `exit 1` where nothing answered."
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a path, at the first look behind a deploy, where no later one can fail."""
    for path in (*case.automation.paths, *case.automation.scripts):
        if not path.deploys or not serves_users(path.path):
            continue
        first = path.acts.index(path.deploys[0])
        looks = [act for act in path.acts[first:] if _looks(act)]
        hidden = [(act, how) for act in looks if (how := _hidden_by(act, path))]
        if hidden and len(hidden) == len(looks):
            yield _finding(*hidden[0])


def _looks(act: Act) -> bool:
    """An act that does nothing but look, in the forward direction; one whose output is read is
    judged by what reads it."""
    command = act.effect.command
    is_read = command is not None and command.is_read
    only = act.effect.is_a(Does.VERIFIES) and not act.effect.is_a(Does.DEPLOYS, Does.ROLLS_BACK)
    return only and not act.takes_back and not is_read


def _hidden_by(act: Act, path: DeployPath) -> str:
    command = act.effect.command
    if act.step is not None and act.step.tolerated:
        return "`continue-on-error` on the step"
    if act.job is not None and act.job.tolerated:
        return f"job `{act.job.id}` is allowed to fail"
    if command is None:
        return ""
    if command.tolerated:
        return "`||` swallows its exit code"
    if _takes_any_answer(command):
        return "without `--fail`, curl is content with an error page"
    return "the loop ends well also where nothing ever answered" if _ends_well(act) else ""


def _takes_any_answer(command: Command) -> bool:
    """A request whose answer nobody looks at: not its status, not its text."""
    if command.program != "curl" or command.has("-w", "--write-out"):
        return False
    shown = [w for w in command.arguments if re.fullmatch(r"-[A-Za-z]*w[A-Za-z]*", w)]
    return not shown and not any(_FAILS.fullmatch(word) for word in command.arguments)


def _ends_well(act: Act) -> bool:
    """`for … do curl … && break; sleep 5; done` at the end: the last `sleep` always succeeds."""
    command = act.effect.command
    loop = command.loop if command is not None else None
    if command is None or loop is None or loop.kind != "for" or act.step is None:
        return False
    last = act.step.commands[-1] if act.step.commands else command
    gives_up = re.search(r"\b(exit|return|false)\b", loop.text)
    return "break" in loop.text and not gives_up and last.loop == loop


def _finding(act: Act, how: str) -> Finding:
    path, line = act.effect.path, act.effect.line
    if act.step is not None and act.step.path != path:
        # The fault is where the script is called, not in it.
        command = act.effect.command
        calling = next((c for c in act.step.commands if c.tolerated), None)
        outside = act.step.tolerated or (act.job is not None and act.job.tolerated)
        if outside or (command is not None and command.tolerated and calling is not None):
            path, line = act.step.path, calling.line if calling is not None else act.step.line
    return Finding(
        path,
        line,
        f"`{act.effect.shown}` looks at the service and cannot fail ({how}): the pipeline is green"
        " whatever it sees",
        _REMEDY,
    )


CHECK = Check(
    id="verification-cannot-fail",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a verification that cannot fail",
    find=find,
)
