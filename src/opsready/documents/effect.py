"""What a command or a step of a pipeline does to a running service."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from opsready.documents.pipeline import Step
from opsready.documents.secret import without_secrets
from opsready.documents.shell import Command, read_shell
from opsready.documents.start_command import StartCommand
from opsready.documents.tool import ACTIONS, BY_HAND, COMMANDS, Does, Known

# Enough to find the command by, in a message.
_SHOWN_AT_MOST = 60
_BACK = frozenset({Does.ROLLS_BACK})
_SEEN = frozenset({Does.VERIFIES})
_MIGRATED = frozenset({Does.MIGRATES})
_DRY = ("--dry-run", "--check", "--syntax-check", "-help", "--help", "--noop", "--diff")
_ROLLED_BACK = re.compile(r"(^|[\W_])roll[-_ ]?back([\W_]|$)|^undo$", re.IGNORECASE)
_VERIFYING = re.compile(
    r"(^|[\W_])(smoke|verify|health-?_?check|wait[_-]?(for|until)|probe|readyz?)", re.IGNORECASE
)
_DEPLOYING = re.compile(r"(^|[/_-])(deploy|release-to|rollout)(\.\w+)?$", re.IGNORECASE)
_MIGRATING = re.compile(
    r"(^|[/_:-])(migrate|(db|run|apply|schema)[-_:]migrat(e|ions?)|migrate[-_:](db|schema))(\.\w+)?$",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(r"\.(tar|t?gz|zip|sh|deb|rpm|asc|gpg|key|py|json|ya?ml|exe|pem)([?#]|$)")
_SSH_ACTION = re.compile(r"appleboy/ssh-action|fifsky/ssh-action|garygrossgarten/github-action-ssh")
_SHELL_INPUTS = {
    "nick-fields/retry": "command",
    "nick-invision/retry": "command",
    "superfly/flyctl-actions": "args",
    "actions-hub/kubectl": "args",
    "steebchen/kubectl": "args",
    "wandalen/wretry.action": "command",
}


@dataclass(frozen=True)
class Effect:
    """What one command or action does.

    `tool` is the name that facts give (`deploys_with`); for tests it says what is tested. `text`
    is what a reader finds on the line, secrets hidden; `name` its first words: `kubectl apply`.
    An opaque one may do more than is known.
    """

    does: frozenset[Does]
    tool: str
    path: str
    line: int
    text: str
    name: str
    is_opaque: bool = False
    command: Command | None = field(default=None, compare=False)

    @property
    def shown(self) -> str:
        """Its first words, or more where those name a program that runs anything."""
        return self.name if " " in self.name.strip() else self.text[:_SHOWN_AT_MOST]

    def is_a(self, *does: Does) -> bool:
        """Whether it does one of these."""
        return any(each in self.does for each in does)


def effect_of(command: Command) -> Effect | None:
    """What a command does; None where it does none of what `Does` names."""
    known = _known(command)
    if known is None:
        return None
    does = known.does
    if Does.DEPLOYS in does and command.has(*_DRY):
        does = frozenset({Does.TESTS})
    elif does & {Does.DEPLOYS, Does.ROLLS_BACK}:
        does |= _options(command)
    if command.runs("terraform", "apply") and _saved_plan(command):
        does |= {Does.PLANS}
    if Does.DEPLOYS in does and _runs_migration(command):
        does |= {Does.MIGRATES}
    text = without_secrets(command.words)
    name = " ".join((command.program, *known.words))
    return Effect(
        does, known.tool, command.path, command.line, text, name, known.is_opaque, command
    )


def _known(command: Command) -> Known | None:
    if command.host:
        by_hand = _row(BY_HAND, command)
        if by_hand is not None:
            return by_hand
        if re.search(r"/|\.sh$", command.program_path):
            return Known((), "ssh", frozenset({Does.DEPLOYS}), is_opaque=True)
    row = _row(COMMANDS, command)
    if row is not None and not command.runs("helm", "plugin"):
        return row
    if _copies_to_host(command):
        return Known((), "ssh", frozenset({Does.DEPLOYS}))
    if _builds_with_a_variable(command):
        return Known(("build",), "image", frozenset({Does.TESTS}))
    if _watches(command):
        return Known(command.operands[:2], "ecs", _SEEN)
    return _by_name(command)


def _builds_with_a_variable(command: Command) -> bool:
    """`$ENGINE build --tag x .`: which engine builds is left to the machine."""
    is_named_later = command.program_path.startswith("$")
    is_build = command.operands[:1] == ("build",)
    return is_named_later and is_build and command.has("-t", "--tag", "-f", "--file")


def _watches(command: Command) -> bool:
    """Looked at again and again, a rollout is waited for; looked at once, it is only printed."""
    return command.loop is not None and command.runs("aws", "ecs", "describe-services")


def _row(table: Mapping[str, list[Known]], command: Command) -> Known | None:
    rows = table.get(command.program, ())
    return next((row for row in rows if command.runs(command.program, *row.words)), None)


def _by_name(command: Command) -> Known | None:
    """A script says by its name what it is for; a request is what `curl` makes."""
    if StartCommand(" ".join(command.words)).migrates or _runs_migration(command):
        return Known((), "migration", _MIGRATED)
    spoken = [command.program_path]
    if command.program in {"make", "just", "task", "bash", "sh", "source", ".", "fab", "invoke"}:
        spoken += command.operands[:2]
    else:
        spoken += command.operands[:1] if "/" in command.program_path else ()
    if any(map(_ROLLED_BACK.search, spoken)):
        return Known((), "rollback", _BACK)
    if _requests(command) or any(map(_VERIFYING.search, spoken)):
        return Known((), "http", _SEEN)
    if any(_MIGRATING.search(word) for word in spoken):
        return Known((), "migration", _MIGRATED, is_opaque=True)
    if any(_DEPLOYING.search(word) for word in spoken):
        return Known((), "script", frozenset({Does.DEPLOYS}), is_opaque=True)
    return None


def _runs_migration(command: Command) -> bool:
    """A job of a cluster that is named after the migration which it runs."""
    is_job = command.runs("aws", "ecs", "run-task") or command.runs("kubectl", "apply")
    is_job = is_job or command.runs("gcloud", "run", "jobs", "execute")
    return is_job and any("migrat" in word.lower() for word in command.arguments)


def _requests(command: Command) -> bool:
    """Whether it asks a service something: no download, and nothing is sent."""
    if command.program not in {"curl", "wget", "http", "xh", "httpx"}:
        return False
    sends = command.has("-d", "--data", "-F", "--form", "-T", "--data-binary", "--data-raw")
    sends = sends or command.has("--remote-name") or (command.value("-X") or "GET") != "GET"
    downloads = any(_DOWNLOAD.search(word) for word in command.operands)
    return not (sends or downloads or _keeps(command))


def _keeps(command: Command) -> bool:
    """Whether the answer is written to a file, as a download is: `-O`, `-sfLo tool`."""
    words = (*command.arguments, "")
    for word, following in pairwise(words):
        name, _, value = word.partition("=")
        if name == "--output" or re.fullmatch(r"-[A-Za-z]*o", name):
            return (value or following) not in {"/dev/null", "-"}
        if re.fullmatch(r"-[A-Za-z]*O[A-Za-z]*", name):
            return command.program != "wget" or following not in {"/dev/null", "-"}
    return False


def _copies_to_host(command: Command) -> bool:
    if command.program not in {"scp", "rsync", "sftp"} or not command.operands:
        return False
    return bool(re.match(r"^([\w.$@{}-]+@)?[\w.${}-]+:", command.operands[-1]))


def _options(command: Command) -> frozenset[Does]:
    """What the options of a deploying command add."""
    added: set[Does] = set()
    if command.has("--atomic", "--rollback-on-failure", "--auto-rollback"):
        added |= {Does.VERIFIES, Does.ROLLS_BACK}
    if command.has("--wait", "--wait-for-jobs") and command.value("--wait") != "false":
        added.add(Does.VERIFIES)
    if command.value("--update-failure-action", "--rollback-failure-action") == "rollback":
        added |= {Does.VERIFIES, Does.ROLLS_BACK}
    if command.value("--detach") == "false":
        added.add(Does.VERIFIES)
    return frozenset(added)


def _saved_plan(command: Command) -> bool:
    """Whether `terraform apply` is given a plan file rather than planning again."""
    after = command.operands[command.operands.index("apply") + 1 :]
    return bool(after)


def effects_of(step: Step) -> Iterator[Effect]:
    """What a step does, in order; its name counts where its commands say nothing."""
    found = [effect for command in _commands(step) if (effect := effect_of(command)) is not None]
    found += _action_effects(step)
    yield from found
    runs_something = bool(step.commands or step.uses)
    does = {each for effect in found for each in effect.does}
    text = step.name or step.uses
    if runs_something and _ROLLED_BACK.search(step.name) and Does.ROLLS_BACK not in does:
        yield Effect(_BACK, "rollback", step.path, step.line, text, text)
    if runs_something and _VERIFYING.search(step.name) and Does.VERIFIES not in does:
        yield Effect(_SEEN, "http", step.path, step.line, text, text)


def _commands(step: Step) -> tuple[Command, ...]:
    """Its own commands, and those that it hands to an action."""
    if _SSH_ACTION.match(step.action):
        host, script = step.given("host") or "a host", step.inputs.get("script")
        text = script.text if script is not None else ""
        line = script.line + (1 if "\n" in text else 0) if script is not None else step.line
        quoted = f"ssh {re.sub(r'[^A-Za-z0-9.@-]+', '_', host)} <<'END'\n{text}\nEND"
        commands = read_shell(step.path, quoted, line - 1)
        return tuple(command for command in commands if command.host)
    name = _SHELL_INPUTS.get(step.action) or _SHELL_INPUTS.get(step.action.rpartition("/")[0], "")
    given = step.inputs.get(name)
    if given is None:
        return step.commands
    program = {"kubectl": "kubectl ", "flyctl-actions": "flyctl "}
    prefix = next((text for word, text in program.items() if word in step.action), "")
    return read_shell(step.path, prefix + given.text, given.line)


def _action_effects(step: Step) -> Iterator[Effect]:
    for known in ACTIONS:
        if step.action and known.name.search(step.action):
            does = known.does
            if step.given("wait-for-service-stability") == "true":
                does |= {Does.VERIFIES}
            place = step.path, step.line
            yield Effect(does, known.tool, *place, step.uses, step.action, known.is_opaque)
            return
