"""State of Terraform that two runs may write at the same time."""

import re
from collections.abc import Iterator

from opsready.documents.shell import Command
from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users

_LOCKS = ("use_lockfile", "dynamodb_table")
# Files that hold a backend's settings: `-backend-config=prod.s3.tfbackend`.
_SETTINGS = re.compile(r"\.tfbackend$|backend[\w.-]*\.(hcl|conf|tfvars|config)$|terragrunt\.hcl$")
_GIVEN = re.compile(r"-backend-config[= ]\s*[\"']?([^\s\"']+)")
_WHY = "two runs at once write one over the other, and what is lost is nowhere else"


def find(case: Case) -> Iterator[Finding]:
    """Backends that lock nothing by themselves, then commands that leave the lock out."""
    terraform = case.pack.bundle.assembled(Terraform)
    elsewhere = _is_locked_elsewhere(case)
    for file in terraform.files:
        for settings in file.of_type("terraform") if serves_users(file.path) else ():
            for backend in settings.inner("backend"):
                if backend.labels == ("s3",) and not elsewhere:
                    yield from _backend(backend, case)
    for path in (*case.automation.pipelines, *case.automation.scripts):
        yield from (_unlocked(act) for act in path.acts if _leaves_lock_out(act))


def _backend(backend: Block, case: Case) -> Iterator[Finding]:
    given = [backend.attributes[name] for name in _LOCKS if name in backend.attributes]
    if given and all(each.value.value is False for each in given):
        yield _finding(backend.path, given[0].line)
    elif not given and ("bucket" in backend.attributes or _is_configured_in_sight(case)):
        yield _finding(backend.path, backend.line)


def _finding(path: str, line: int) -> Finding:
    return Finding(
        path,
        line,
        f"the S3 backend takes no lock: {_WHY}",
        "Set `use_lockfile = true` in the backend (Terraform 1.10 and later); before that, name a"
        " `dynamodb_table`.",
    )


def _is_locked_elsewhere(case: Case) -> bool:
    """Whether a file of settings, or whatever runs `init`, names a lock."""
    texts = (s.text for s in case.pack.bundle.sources if _SETTINGS.search(s.path))
    return any(name in text for text in (*texts, *_init(case)) for name in _LOCKS)


def _is_configured_in_sight(case: Case) -> bool:
    """Whether the tree shows all that a partial backend is given: no file that lies elsewhere."""
    given = [word for text in _init(case) for word in _GIVEN.findall(text)]
    return bool(given) and all(re.match(r"\w+=", word) for word in given)


def _init(case: Case) -> Iterator[str]:
    kinds = (Kind.SHELL, Kind.WORKFLOW, Kind.GITLAB_CI, Kind.MAKEFILE)
    yield from (s.text for s in case.pack.of_kind(*kinds) if "backend-config" in s.text)


def _leaves_lock_out(act: Act) -> bool:
    command = act.effect.command
    changes = command is not None and command.program in {"terraform", "tofu", "terragrunt"}
    return bool(changes and command is not None and _lock(command) and act.deploys)


def _lock(command: Command) -> bool:
    return any(re.fullmatch(r"--?lock=(false|0)", word) for word in command.arguments)


def _unlocked(act: Act) -> Finding:
    return Finding(
        act.effect.path,
        act.effect.line,
        f"`{act.effect.name}` is told to leave the lock out: {_WHY}",
        "Take `-lock=false` out, and wait for the lock with `-lock-timeout=5m`; free a lock whose"
        " owner is dead with `terraform force-unlock`.",
    )


CHECK = Check(
    id="state-unlocked",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a state that two runs may write at once",
    find=find,
)
