"""A runbook that acts on a workload that no manifest has."""

import difflib
import re
from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.runbook import Runbooks
from opsready.documents.shell import Command
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_KINDS = {
    "deploy": "Deployment",
    "deployment": "Deployment",
    "deployments": "Deployment",
    "sts": "StatefulSet",
    "statefulset": "StatefulSet",
    "ds": "DaemonSet",
    "daemonset": "DaemonSet",
    "cronjob": "CronJob",
}
_NAMED = re.compile(r"^(\w+)(?:\.apps)?/([a-z0-9][a-z0-9.-]*)$")


def find(case: Case) -> Iterator[Finding]:
    """One finding a `kubectl` on a name of a kind of which the tree has others."""
    manifests = case.pack.documents(Manifest)
    if any(manifest.is_template for manifest in manifests):
        return
    workloads = [workload for manifest in manifests for workload in manifest.workloads]
    known = {(workload.kind, workload.name) for workload in workloads}
    kinds = {workload.kind for workload in workloads}
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for command in entry.commands:
            for kind, name in _acted_on(command):
                if kind in kinds and (kind, name) not in known:
                    others = sorted(n for k, n in known if k == kind)
                    near = difflib.get_close_matches(name, others, 1)
                    yield Finding(
                        entry.path,
                        command.line,
                        f'the entry "{entry.name}" acts on the {kind} `{name}`, which no manifest '
                        f"of the tree has (it has {', '.join(f'`{n}`' for n in others[:3])})",
                        f"Write `{near[0]}`." if near else "Correct the name.",
                    )


def _acted_on(command: Command) -> Iterator[tuple[str, str]]:
    """Kind and name of what a `kubectl` names, as `deploy/NAME` or `deployment NAME`."""
    if command.program != "kubectl" or command.has("-n", "--namespace", "--context"):
        return
    words = command.operands
    for word, after in zip(words, (*words[1:], ""), strict=True):
        match = _NAMED.match(word)
        if match and match[1] in _KINDS:
            yield _KINDS[match[1]], match[2]
        elif word in _KINDS and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", after):
            yield _KINDS[word], after


CHECK = Check(
    id="runbook-names-missing-workload",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook about a workload that does not exist",
    find=find,
)
