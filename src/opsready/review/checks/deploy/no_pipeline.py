"""A tree that says how it is deployed, and nothing that tests or deploys it."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import TerraformFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Pipelines whose format is not read: that they are there is enough.
_OTHERS = (
    "Jenkinsfile",
    ".circleci/config.yml",
    ".travis.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "buildspec.yml",
    ".buildkite/pipeline.yml",
    ".semaphore/semaphore.yml",
    ".woodpecker.yml",
)


def find(case: Case) -> Iterator[Finding]:
    """One finding, at the first file that says how it is deployed."""
    if case.automation.pipelines or _has_another(case):
        return
    files = [f.path for f in case.pack.documents(TerraformFile) if f.resources()]
    files += [m.path for m in case.pack.documents(Manifest) if m.workloads]
    files += [path.path for path in case.automation.scripts]
    served = sorted(path for path in files if serves_users(path))
    if served:
        yield Finding(
            served[0],
            1,
            f"`{served[0]}` says how the service is deployed, and the tree has no pipeline that"
            " builds, tests or applies it",
            "Add a pipeline that builds and validates on every proposal, and deploys from there.",
        )


def _has_another(case: Case) -> bool:
    return any(source.path.endswith(_OTHERS) for source in case.pack.bundle.sources)


CHECK = Check(
    id="no-pipeline",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="deployment files that no pipeline touches",
    find=find,
)
