"""A variable that a deployment sets and that no code reads."""

import difflib
import re
from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.variable_name import read_by_others
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users

_CODE = (
    Kind.PYTHON,
    Kind.CODE,
    Kind.SHELL,
    Kind.DOCKERFILE,
    Kind.TOML,
    Kind.INI,
    Kind.YAML,
    Kind.JSON,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable of the one service of the tree, where its reads are known in full."""
    read = {str(f["name"]) for f in case.facts.of(Claim.ENV_VAR) if f.path.endswith(".py")}
    if not read or case.facts.made_at_run_time(Claim.ENV_VAR):
        return
    serving = [
        workload
        for manifest in case.pack.documents(Manifest)
        for workload in manifest.workloads
        if workload.serves and serves_users(manifest.path)
    ]
    if len({workload.name for workload in serving}) != 1:
        return
    words = {w.lower() for s in case.pack.of_kind(*_CODE) for w in re.findall(r"\w{3,}", s.text)}
    for workload in serving:
        if len(workload.main_containers) != 1:
            continue
        for variable in workload.main_containers[0].variables:
            if not read_by_others(variable.name) and not _is_known(variable.name, words):
                near = difflib.get_close_matches(variable.name, sorted(read), 1)
                yield Finding(
                    workload.path,
                    variable.line,
                    f"`{variable.name}` is set here, and no code reads it: whoever changes it "
                    "changes nothing",
                    f"Write `{near[0]}`." if near else "Read it in the code, or take it out.",
                    anchor=f"{workload.name} {variable.name}",
                )


def _is_known(name: str, words: set[str]) -> bool:
    """Whether code names it, or what a settings class makes of it, without a prefix."""
    parts = name.lower().split("_")
    ends = {"_".join(parts[start:]) for start in range(max(1, len(parts) - 1))}
    return "__" in name or not words.isdisjoint(ends)


CHECK = Check(
    id="variable-set-and-unread",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a setting of a deployment that no code reads",
    find=find,
)
