"""A deploy script or an infrastructure file inside the application's package."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import TerraformFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """Terraform modules, workloads and deploying scripts below an `__init__.py`."""
    packages = {
        PurePosixPath(source.path).parent
        for source in case.pack.bundle.sources
        if PurePosixPath(source.path).name == "__init__.py"
    }
    for path, what in _files(case):
        package = next((p for p in PurePosixPath(path).parents if p in packages), None)
        if package is not None and serves_users(path):
            yield Finding(
                path,
                1,
                f"{what} inside the package `{package.as_posix()}`: it is shipped with every copy"
                " of the application, and changes to either need a release of both",
                "Move it out of the package, into a tree of its own such as `deploy/`.",
            )


def _files(case: Case) -> Iterator[tuple[str, str]]:
    for file in case.pack.documents(TerraformFile):
        if file.resources():
            yield file.path, "Terraform resources stand"
    for manifest in case.pack.documents(Manifest):
        if manifest.workloads:
            yield manifest.path, "a workload of Kubernetes is defined"
    for script in case.automation.scripts:
        yield script.path, "a script that deploys stands"


CHECK = Check(
    id="deploy-file-in-package",
    mandate="OPS-6",
    severity=Severity.WARNING,
    title="deployment files inside the application's package",
    find=find,
)
