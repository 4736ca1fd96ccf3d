"""Infrastructure that no pipeline plans, validates or tries."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import TerraformFile
from opsready.documents.tool import Does
from opsready.facts.automation import Act
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Places outside the tree where Terraform is planned, and actions that we know by name alone.
_ELSEWHERE = re.compile(r"(^|/)(atlantis\.ya?ml|\.spacelift/|spacelift\.ya?ml|env0\.ya?ml)")
_HOOKS = re.compile(
    r"terraform_(validate|tflint|checkov)|kubeconform|kubeval|helm-?lint|kube-linter"
)
_ACTION = {
    "terraform": re.compile(r"terraform|tofu|terragrunt|checkov|trivy|tfsec|snyk|kics"),
    "kubernetes": re.compile(r"kube|kustomize|manifest|checkov|trivy|snyk|kics|datree|polaris"),
    "helm": re.compile(r"helm|chart|checkov|trivy|kics"),
}
_SETS_UP = re.compile(r"setup-|/setup|login|credentials|install")
_REMEDY = {
    "terraform": "Run `terraform fmt -check`, `validate` and `plan` on every proposal.",
    "kubernetes": "Validate them on every proposal (`kubeconform`, `kubectl apply --dry-run"
    "=server`), or deploy them to a throw-away cluster.",
    "helm": "Run `helm lint` and `helm template | kubeconform` on every proposal.",
}


def find(case: Case) -> Iterator[Finding]:
    """One finding a format, at the first of its files. Without a pipeline there is no knowing."""
    if not case.automation.pipelines:
        raise NotRun("the tree has no pipeline, so nothing says what is tested elsewhere")
    for tool, paths in _untried(case).items():
        if paths and not _is_tested(tool, case):
            folder = PurePosixPath(paths[0]).parent.as_posix()
            where = f"`{folder}/`" if folder != "." else f"`{paths[0]}`"
            yield Finding(
                paths[0],
                1,
                f"no pipeline plans, validates or tries the {_NAMES[tool]} in {where}: its first"
                " test is production",
                _REMEDY[tool],
            )


_NAMES = {"terraform": "Terraform", "kubernetes": "manifests", "helm": "chart"}


def _untried(case: Case) -> dict[str, list[str]]:
    """The files of each format that serve users."""
    files = case.pack.documents(TerraformFile)
    manifests = case.pack.documents(Manifest)
    charts = (s.path for s in case.pack.bundle.sources if s.path.endswith("Chart.yaml"))
    found = {
        "terraform": [f.path for f in files if f.resources()],
        "kubernetes": [m.path for m in manifests if m.workloads],
        "helm": list(charts),
    }
    return {tool: [p for p in paths if serves_users(p)] for tool, paths in found.items()}


def _is_tested(tool: str, case: Case) -> bool:
    acts = list(case.automation.acts)
    tried = (a for a in acts if _is_tried(a))
    by_command = any(tool == act.effect.tool for act in tried)
    uses = {act for path in case.automation.pipelines for act in _uses(path.pipeline)}
    known = _ACTION[tool]
    by_action = any(known.search(name) and not _SETS_UP.search(name) for name in uses)
    return by_command or by_action or _is_tested_elsewhere(tool, case)


def _is_tried(act: Act) -> bool:
    """What is rendered straight into an apply was not looked at."""
    command = act.effect.command
    applied = command is not None and re.search(r"\|\s*kubectl\b", command.text)
    return act.is_a_trial or (act.effect.is_a(Does.TESTS, Does.PLANS) and not applied)


def _uses(pipeline: object) -> Iterator[str]:
    for job in getattr(pipeline, "jobs", ()):
        yield from (step.action for step in job.steps if step.action)
        if job.calls:
            yield job.calls.lower()


def _is_tested_elsewhere(tool: str, case: Case) -> bool:
    sources = case.pack.bundle.sources
    if any(s.path.endswith(".pre-commit-config.yaml") and _HOOKS.search(s.text) for s in sources):
        return True
    remote = any(_ELSEWHERE.search(source.path) for source in sources)
    return tool == "terraform" and (
        remote or any(map(_is_in_cloud, case.pack.documents(TerraformFile)))
    )


def _is_in_cloud(file: TerraformFile) -> bool:
    """Terraform Cloud plans by itself."""
    settings = [inner for block in file.of_type("terraform") for inner in block.blocks]
    return any(
        b.type == "cloud" or (b.type, b.labels) == ("backend", ("remote",)) for b in settings
    )


CHECK = Check(
    id="config-never-tested",
    mandate="OPS-5",
    severity=Severity.BLOCKER,
    title="infrastructure whose first test is production",
    find=find,
)
