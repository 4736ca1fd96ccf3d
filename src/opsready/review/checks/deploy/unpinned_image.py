"""An image by a name that means another image tomorrow."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile
from opsready.documents.dockerfile import Dockerfile
from opsready.documents.image_name import ImageName
from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import TerraformFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

Named = tuple[str, int, ImageName]


def find(case: Case) -> Iterator[Finding]:
    """What is run, then what it is built on."""
    for path, line, image in (*_run(case), *_built_on(case)):
        if image.moves and serves_users(path):
            how = f"the tag `{image.tag}`" if image.tag else "no tag"
            yield Finding(
                path,
                line,
                f"`{image}` has {how}: what runs after a restart need not be what was tested, and"
                " a rollback cannot name the version before",
                "Name a version that is never used again, or better its digest.",
            )


def _run(case: Case) -> Iterator[Named]:
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads:
            for container in workload.containers:
                if container.image is not None:
                    yield manifest.path, container.image_line, container.image
    for compose in case.pack.documents(ComposeFile):
        for service in compose.services if compose.is_for_production else ():
            # What is built here is named for the one who builds it.
            if service.image is not None and not service.builds:
                yield compose.path, service.image_line, service.image
    for file in case.pack.documents(TerraformFile):
        for task in file.resources("aws_ecs_task_definition"):
            for definition in task.container_definitions():
                node = definition.get("image")
                if node is not None and isinstance(node.value, str):
                    yield file.path, node.line, ImageName.parse(node.value)


def _built_on(case: Case) -> Iterator[Named]:
    """The ground of the built image; `scratch` has no versions."""
    for dockerfile in case.pack.documents(Dockerfile):
        ground = dockerfile.lineage[-1]
        if ground.image.repository != "scratch":
            yield dockerfile.path, ground.line, ground.image


CHECK = Check(
    id="unpinned-image",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="an image by a moving name",
    find=find,
)
