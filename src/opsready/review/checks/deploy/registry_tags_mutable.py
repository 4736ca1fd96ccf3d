"""A registry in which a version's tag can be given to another image."""

from collections.abc import Iterator

from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a repository of ECR; mutable is what it is where nothing is said."""
    terraform = case.pack.bundle.assembled(Terraform)
    for registry in terraform.resources("aws_ecr_repository"):
        if not serves_users(registry.path):
            continue
        given = registry.attributes.get("image_tag_mutability")
        known = [each.value.value for each in terraform.of(registry, "image_tag_mutability")]
        if given is None or "MUTABLE" in known:
            yield Finding(
                registry.path,
                given.line if given is not None else registry.line,
                f"tags of `{registry.address}` can be moved: what was tested as a version, and what"
                " a rollback brings back by it, may be another image by then",
                'Set `image_tag_mutability = "IMMUTABLE"`, tag with the commit, and deploy by'
                " digest.",
            )


CHECK = Check(
    id="registry-tags-mutable",
    mandate="OPS-3",
    severity=Severity.ADVICE,
    title="a registry whose tags can be moved",
    find=find,
)
