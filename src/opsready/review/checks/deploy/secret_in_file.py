"""A secret written out in a file of the tree. Its value is never shown."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from opsready.documents.compose import ComposeFile
from opsready.documents.dockerfile import Dockerfile
from opsready.documents.env_file import EnvFile
from opsready.documents.kubernetes import Manifest
from opsready.documents.named_literal import named_literals
from opsready.documents.named_value import named_values, quoted_values
from opsready.documents.python_module import PythonModule
from opsready.documents.secret import (
    is_coded_secret,
    is_made_of_words,
    is_secret,
    is_well_known,
    provider_keys,
)
from opsready.documents.shell import Command, ShellScript
from opsready.documents.terraform import TerraformFile
from opsready.documents.variable import Variable
from opsready.documents.workflow import Workflow
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import Purpose, is_translation, purpose_of, serves_users

Written = tuple[str, Variable]
_REMEDY = (
    "Make the value void at its provider, keep the new one in the secret store, and refer to it"
    " from here by name."
)
# A string behind a name that may be a secret's, or an address with a password: most modules of a
# tree have neither, and need no walk.
_MAY_HOLD = re.compile(
    r"(?:passw|passphrase|pwd|secret|token|key|_pass|credential)\w*[\"']?\]?\s*"
    r"(?:[: ][^=\n\"']{1,40})?[=:]\s*\(?\s*[\"'](?=[^\"']{6})(?=[^\"'\n]*[\d!@#$^&*])"
    r"|://[^/\s:@\"']*:[^@/\s\"']+@",
    re.IGNORECASE,
)
# Actions that are given what opens a registry, an account or a machine.
_LOGS_IN = re.compile(r"login|credentials|ssh|scp|deploy|publish")
_OF_PRODUCTION = re.compile(
    r"(^|[/._-])(prod|production|live)([/._-].*)?\.(ya?ml|ini|cfg|conf|toml|properties)$", re.I
)
# The mean length of a line that a person writes is below this by far.
_LINE_AT_MOST = 200
_IGNORED_ENV = re.compile(r"^/?(\*\*/)?(\.env(\.?\*)?|\*\.env)/?$", re.MULTILINE)


def find(case: Case) -> Iterator[Finding]:
    """Named values first, then keys that a provider's form gives away; one finding a line."""
    seen: set[tuple[str, int]] = set()
    for path, variable in (*_settings(case), *_code(case)):
        if (path, variable.line) not in seen:
            seen.add((path, variable.line))
            yield _finding(path, variable.line, _shown(variable), len(variable.value or ""))
    for path, line, name in _provider_keys(case):
        if (path, line) not in seen:
            seen.add((path, line))
            yield _finding(path, line, name, 0)


def _shown(variable: Variable) -> str:
    of = f" of {variable.owner}" if variable.owner not in {"", "call", "key"} else ""
    return f"`{variable.name}`{of}"


def _finding(path: str, line: int, what: str, length: int) -> Finding:
    size = f" ({length} characters)" if length else ""
    why = "whoever can read the repository, or ever could, has it"
    return Finding(path, line, f"{what} is written out here{size}: {why}", _REMEDY, anchor=what)


def _settings(case: Case) -> Iterator[Written]:
    """Files that say how it is deployed. Where they set up a developer's machine, or leave the
    password that everybody tries, no secret is lost."""
    pack = case.pack
    for manifest in pack.documents(Manifest):
        yield from _written(manifest.path, manifest.settings)
    for module in pack.documents(TerraformFile):
        yield from _written(module.path, module.settings)
    for compose in pack.documents(ComposeFile):
        if compose.is_for_production:
            yield from _unusual(_written(compose.path, compose.settings))
    for dockerfile in pack.documents(Dockerfile):
        yield from _written(dockerfile.path, dockerfile.settings)
    for path in case.automation.paths:
        variables = [each for job in path.jobs for each in (*job.settings, *_typed(job.commands))]
        variables += path.pipeline.variables if path.pipeline is not None else ()
        yield from _unusual(_written(path.path, variables))
    for workflow in pack.documents(Workflow):
        steps = (step for job in workflow.jobs for step in job.steps)
        given = [
            each for step in steps if _LOGS_IN.search(step.action) for each in step.given_values
        ]
        yield from _unusual(_written(workflow.path, given))
    for script in pack.documents(ShellScript):
        yield from _unusual(_written(script.path, _typed(script.commands)))
    for file in pack.documents(EnvFile):
        kept_out = file.is_sample or file.is_for_trials or _is_ignored(file.path, case)
        if not kept_out:
            yield from _unusual(_written(file.path, file.variables))
    for source in case.pack.bundle.sources:
        if _OF_PRODUCTION.search(source.path):
            yield from _unusual(_written(source.path, named_values(source.text)))


def _typed(commands: Iterable[Command]) -> Iterator[Variable]:
    """What commands are given in clear: `docker run -e DB_PASSWORD=…`."""
    return (variable for command in commands for variable in command.settings)


def _written(path: str, variables: Iterable[Variable]) -> Iterator[Written]:
    if serves_users(path):
        for variable in variables:
            if variable.value is not None and is_secret(variable.name, variable.value):
                yield path, variable


def _unusual(written: Iterator[Written]) -> Iterator[Written]:
    for path, variable in written:
        value = variable.value or ""
        if not is_well_known(value) and not is_made_of_words(value):
            yield path, variable


def _is_ignored(path: str, case: Case) -> bool:
    """Whether git leaves the file out, so that it is on this disk alone."""
    folders = [PurePosixPath(path).parent, *PurePosixPath(path).parents]
    lists = (case.pack.source((folder / ".gitignore").as_posix()) for folder in folders)
    return any(listed is not None and _IGNORED_ENV.search(listed.text) for listed in lists)


def _code(case: Case) -> Iterator[Written]:
    for module in case.pack.documents(PythonModule):
        if serves_users(module.path) and _MAY_HOLD.search(module.text):
            for literal in named_literals(module):
                if _is_coded(literal):
                    yield module.path, literal

    for source in case.pack.of_kind(Kind.CODE, Kind.SHELL):
        is_shell = source.kind is Kind.SHELL
        may_hold = is_shell or _MAY_HOLD.search(source.text)
        is_ours = serves_users(source.path) and not is_translation(source.path)
        if is_ours and may_hold and not _is_packed(source.text):
            values = named_values if is_shell else quoted_values
            coded = (each for each in values(source.text) if _is_coded(each))
            yield from ((source.path, literal) for literal in coded)


def _is_coded(literal: Variable) -> bool:
    is_part = literal.owner in {"call", "key"}
    return is_coded_secret(literal.name, literal.value or "", is_part=is_part)


def _is_packed(text: str) -> bool:
    """What a packer made of code: few lines, and names of one letter."""
    return len(text) > _LINE_AT_MOST * (text.count("\n") + 1)


def _provider_keys(case: Case) -> Iterator[tuple[str, int, str]]:
    aside = {Purpose.TRIAL, Purpose.EXAMPLE, Purpose.DOCUMENTATION}
    for source in case.pack.bundle.sources:
        if purpose_of(source.path) not in aside:
            for offset, name in provider_keys(source.text):
                yield source.path, source.text.count("\n", 0, offset) + 1, name


CHECK = Check(
    id="secret-in-file",
    mandate="OPS-2",
    severity=Severity.BLOCKER,
    title="a secret written out in a file",
    find=find,
)
