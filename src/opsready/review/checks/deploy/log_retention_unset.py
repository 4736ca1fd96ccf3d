"""Logs that are kept for ever."""

from collections.abc import Iterator

from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a log group; 0 means for ever, and so does saying nothing."""
    terraform = case.pack.bundle.assembled(Terraform)
    for group in terraform.resources("aws_cloudwatch_log_group"):
        if not serves_users(group.path):
            continue
        given = group.attributes.get("retention_in_days")
        known = [each.value.value for each in terraform.of(group, "retention_in_days")]
        if given is None or 0 in known:
            yield Finding(
                group.path,
                given.line if given is not None else group.line,
                f"`{group.address}` keeps its logs for ever: they cost more each month, and what"
                " they hold of people is never deleted",
                "Set `retention_in_days` to what an investigation needs, such as 30.",
            )


CHECK = Check(
    id="log-retention-unset",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="logs that are kept for ever",
    find=find,
)
