"""A way back that brings up the version which just failed."""

import re
from collections.abc import Iterator

from opsready.documents.shell import Command, ShellScript
from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_TERRAFORM = {"terraform", "tofu", "terragrunt"}
# What names the commit that is being deployed, on the code hosts that we read.
_THIS_COMMIT = re.compile(
    r"\$\{?(github_sha|GITHUB_SHA|GIT_SHA|CI_COMMIT_(SHORT_)?SHA|CI_COMMIT_TAG|GITHUB_REF_NAME"
    r"|github_ref_name|COMMIT_SHA)\b|\bgithub\.sha\b"
)
_VERSION = re.compile(r"\$\{?\w*(sha|tag|version|digest|image|release|revision)\w*", re.IGNORECASE)
_MOVES = Does.DEPLOYS, Does.ROLLS_BACK, Does.PLANS


def find(case: Case) -> Iterator[Finding]:
    """One finding a command of the way back that is given what the deploy is given."""
    scripts = {script.path: script for script in case.pack.documents(ShellScript)}
    for path in case.automation.paths:
        forward = [act for act in path.that(*_MOVES) if not act.takes_back]
        for act in path.that(*_MOVES):
            same = _same(act, forward, path, scripts) if act.takes_back else None
            if same is not None:
                yield _finding(act, *same)
                break


def _same(
    back: Act, forward: list[Act], path: DeployPath, scripts: dict[str, ShellScript]
) -> tuple[str, Act] | None:
    """The words that name the same version, and the act of the deploy that has them too."""
    command = back.effect.command
    if command is None or not forward:
        return None
    script = scripts.get(command.path)
    given = _versions(back, script)
    if command.program not in _TERRAFORM:
        commit = next((word for word in given if _THIS_COMMIT.search(word)), None)
        if commit is not None and any(act.deploys for act in forward):
            return commit, next(act for act in forward if act.deploys)
    for act in forward:
        other = act.effect.command
        if other is None or act.effect.name != back.effect.name or not given:
            continue
        if given == _versions(act, scripts.get(other.path)):
            if _plans_anew(back, path):
                continue
            return given[-1], act
    return None


def _versions(act: Act, script: ShellScript | None) -> list[str]:
    """The arguments that say which version, variables filled in; a file that is a copy of another
    counts as that."""
    command = act.effect.command
    if command is None:
        return []
    words = [_copied(act.given(word), command, script) for word in _arguments(command)]
    if command.program not in _TERRAFORM:
        return words if any(_VERSION.search(word) for word in words) else []
    return words


def _arguments(command: Command) -> list[str]:
    if command.program not in _TERRAFORM:
        return list(command.arguments)
    if "apply" in command.operands:
        return list(command.operands[command.operands.index("apply") + 1 :])
    found, words = [], [*command.arguments, ""]
    for number, word in enumerate(words[:-1]):
        name, equals, value = word.lstrip("-").partition("=")
        if name in {"var", "var-file"}:
            found.append(f"{name}={value if equals else words[number + 1]}")
    return found


def _copied(word: str, command: Command, script: ShellScript | None) -> str:
    for other in script.commands if script is not None else ():
        if other.program in {"cp", "mv"} and len(other.operands) == 2:
            source, target = (command.filled(each) for each in other.operands)
            if word.endswith(target):
                return word.removesuffix(target) + source
    return word


def _plans_anew(back: Act, path: DeployPath) -> bool:
    """An apply on the way back of a plan that was made there: its plan was judged already."""
    command = back.effect.command
    if command is None or "apply" not in command.operands:
        return False
    own = [act for act in path.that(Does.PLANS) if act.takes_back and act is not back]
    plans = [act.effect.command for act in own if act.effect.path == back.effect.path]
    return any(plan is not None and "plan" in plan.operands for plan in plans)


def _finding(back: Act, word: str, deploy: Act) -> Finding:
    there = f"`{deploy.effect.name}` of the deploy (line {deploy.effect.line})"
    return Finding(
        back.effect.path,
        back.effect.line,
        f"the way back is given `{word}`, which is what {there} brought up: it starts the version"
        " that just failed",
        "Record the version, its configuration and its secret versions after each good deploy, and"
        " let the way back read that record; where there is none yet, say so and fail.",
        related=(Place(deploy.effect.path, deploy.effect.line, "the deploy"),),
    )


CHECK = Check(
    id="rollback-to-same-version",
    mandate="OPS-3",
    severity=Severity.BLOCKER,
    title="a way back to the version that just failed",
    find=find,
)
