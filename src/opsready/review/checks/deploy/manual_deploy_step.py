"""A deploy that a document tells a person to type or to click."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from textwrap import shorten

from opsready.documents.effect import Effect, effect_of
from opsready.documents.kubernetes import Manifest
from opsready.documents.markdown import CodeBlock, Markdown, Section
from opsready.documents.shell import Command, read_shell, without_prompts
from opsready.documents.terraform import TerraformFile
from opsready.documents.tool import Does
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import Purpose, purpose_of

_DEPLOYING = re.compile(
    r"\b(deploy(s|ed|ing|ments?)?|roll(ing)?[- ]?outs?|go(ing)? live|ship(ping)?|release to"
    r"|releas(e|ing) (the|a) (service|version)|production)\b",
    re.IGNORECASE,
)
# Headings of what reaches no user, or is not the way by which changes do.
_ASIDE = re.compile(
    r"\b(local(ly|host)?|develop(ment|ing|ers?)?|dev|tests?|testing|kind|minikube|quick ?start"
    r"|getting started|examples?|demo|try|tutorial|roll(ing)? ?back"
    r"|troubleshoot\w*|debug\w*|automat(ed|ic|ically)|monitor\w*|history|changelog|uninstall\w*"
    r"|clean ?up|prerequisites?|alternatives?|considered|rejected)\b",
    re.IGNORECASE,
)
_ASIDE_FILES = re.compile(
    r"(^|/)(change(s|log)|history|news|releases?|adrs?|decisions)[^/]*(/|\.)", re.I
)
_SHELLS = {
    "",
    "sh",
    "bash",
    "shell",
    "console",
    "shell-session",
    "terminal",
    "zsh",
    "text",
    "shellsession",
}
# Tools whose one command hands over a whole release, and scripts, are judged elsewhere.
_BY_HAND = {"ssh", "kubernetes", "helm", "terraform", "swarm", "ecs", "lambda", "ansible"}
_CLICK = re.compile(r"\b(click|press|tick|select|choose)\b", re.IGNORECASE)
_SURFACE = re.compile(r"\b(console|dashboard|portal|button|control panel)\b", re.IGNORECASE)
_LOG_IN = re.compile(
    r"\b(ssh|log|sign|logging|sshing) ?(in)? ?(in)?to (the|each|every|our|a)\b.{0,40}"
    r"\b(servers?|hosts?|machines?|box(es)?|vms?|nodes?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\W*(step \d+\W*)?((then|now|next|first|finally|and|afterwards|after that),? )*"
    r"(ssh|log|sign|open|click|press|go|navigate|connect|select|in the|on (the|each|every))\b",
    re.IGNORECASE,
)
# Starting, approving and watching a pipeline is no step of a deploy.
_NO_STEP = re.compile(
    r"approv|review|merge|workflow|pipeline|actions|\bwatch|monitor|do not|don't|never|instead of"
    r"|no longer|without",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a block of commands, one a sentence, in the sections about deploying."""
    kept = _kept(case)
    charts = {PurePosixPath(path).parent for path in kept["helm"]}
    for document in case.pack.documents(Markdown):
        # A chart's page tells its users how to install it, somewhere else.
        if _is_aside(document.path) or PurePosixPath(document.path).parent in charts:
            continue
        for block in document.code_blocks:
            if block.language in _SHELLS and _is_about_deploying(document, block.section):
                yield from _block(document, block, kept)
        for prose in document.prose:
            if _is_a_hand(prose.text) and _is_about_deploying(document, prose.section):
                yield _finding(
                    document.path, prose.line, f"“{shorten(prose.text, 80, placeholder=' …')}”"
                )


def _is_aside(path: str) -> bool:
    aside = {Purpose.TRIAL, Purpose.EXAMPLE, Purpose.DEVELOPMENT}
    return purpose_of(path) in aside or bool(_ASIDE_FILES.search(path))


def _is_about_deploying(document: Markdown, section: Section) -> bool:
    """By the headings above, the file's name as the first; a heading below one about deploying
    that leads elsewhere ends it."""
    name = PurePosixPath(document.path).stem.replace("-", " ").replace("_", " ")
    headings = (name, *section.path)
    last = max((n for n, text in enumerate(headings) if _DEPLOYING.search(text)), default=None)
    return last is not None and not any(_ASIDE.search(text) for text in headings[last:])


def _block(document: Markdown, block: CodeBlock, kept: dict[str, list[str]]) -> Iterator[Finding]:
    text = without_prompts(block.text)
    commands = read_shell(document.path, text, block.line)
    logins = _logins(commands)
    known = [effect_of(command) for command in _where_typed(commands, logins)]
    effects = [effect for effect in known if effect is not None and _is_typed(effect, kept)]
    if not effects and not (logins and len(commands) > len(logins)):
        return
    names = [effect.name for effect in effects]
    names += [f"ssh {_host(command)}" for command in logins]
    line = min([effect.line for effect in effects] + [command.line for command in logins])
    shown = ", ".join(f"`{name}`" for name in list(dict.fromkeys(names))[:4])
    yield _finding(document.path, line, shown)


def _logins(commands: tuple[Command, ...]) -> list[Command]:
    """Those `ssh` that are given nothing to run: somebody types there."""
    following = itertools.zip_longest(commands, (command.host for command in commands[1:]))
    return [c for c, host in following if c.program == "ssh" and not c.host and not host]


def _where_typed(commands: tuple[Command, ...], logins: list[Command]) -> Iterator[Command]:
    """What follows a bare `ssh host` is typed on that host."""
    host = ""
    for command in commands:
        yield replace(command, host=host) if host and not command.host else command
        if command in logins:
            host = _host(command)
        elif command.program in {"exit", "logout"}:
            host = ""


def _host(command: Command) -> str:
    return next((word for word in reversed(command.operands) if " " not in word), "a machine")


def _is_typed(effect: Effect, kept: dict[str, list[str]]) -> bool:
    """What acts on files that are not of this tree is how somebody else's users install it."""
    if effect.tool not in _BY_HAND or not effect.is_a(Does.DEPLOYS):
        return False
    if effect.tool not in kept or effect.command is None:
        return effect.tool not in kept
    named = effect.command.value("-f", "-k", "--filename", "--kustomize") or ""
    is_ours = (
        not named or "$" in named or any(named.strip("./") in path for path in kept[effect.tool])
    )
    return bool(kept[effect.tool]) and is_ours and effect.name != "helm install"


def _kept(case: Case) -> dict[str, list[str]]:
    """The files that each tool acts on, as far as the tree has them."""
    paths = [s.path for s in case.pack.bundle.sources if purpose_of(s.path) is Purpose.SERVICE]
    return {
        "kubernetes": [m.path for m in case.pack.documents(Manifest) if m.path in paths],
        "helm": [path for path in paths if path.endswith("Chart.yaml")],
        "terraform": [f.path for f in case.pack.documents(TerraformFile) if f.path in paths],
        "ansible": [path for path in paths if "ansible" in path or "playbook" in path],
    }


def _is_a_hand(text: str) -> bool:
    for sentence in re.split(r"(?<=[.!?:])\s+", text):
        asks = _ASKS.match(sentence) and not _NO_STEP.search(sentence)
        clicks = _CLICK.search(sentence) and _SURFACE.search(sentence)
        if asks and (clicks or _LOG_IN.search(sentence)):
            return True
    return False


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        path,
        line,
        f"a person deploys by hand: {what}",
        "Put the step into the pipeline, and let this page say how to start it and how to watch"
        " it; an approval may stay with a person.",
    )


CHECK = Check(
    id="manual-deploy-step",
    mandate="OPS-1",
    severity=Severity.BLOCKER,
    title="a deploy that a person types or clicks",
    find=find,
)
