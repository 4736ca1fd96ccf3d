"""A database that one wrong plan deletes, with all that it holds."""

from collections.abc import Iterator

from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_DATABASES = (
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "google_sql_database_instance",
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a database: what its provider leaves off, and what the tree switches off."""
    terraform = case.pack.bundle.assembled(Terraform)
    for database in terraform.resources(*_DATABASES):
        # A replica is made anew; what it copies is the thing to protect.
        is_copy = database.attributes.keys() & {"replicate_source_db", "master_instance_name"}
        if not serves_users(database.path) or is_copy or _is_kept(database):
            continue
        line, faults = _faults(database, terraform)
        if faults:
            yield Finding(
                database.path,
                line,
                f"`{database.address}` {' and '.join(faults)}: a plan that replaces or removes it"
                " deletes the data, and an approval in a hurry is all that stands before that",
                "Set `deletion_protection = true`, keep a final snapshot, and back up for at least"
                " seven days; what staging may do without stands in its values file.",
            )


def _is_kept(database: Block) -> bool:
    lifecycle = database.block("lifecycle")
    return lifecycle is not None and lifecycle.plain("prevent_destroy") is True


def _faults(database: Block, terraform: Terraform) -> tuple[int, list[str]]:
    """What is wrong, and the line of the first of it."""
    faults: dict[str, int] = {}
    given = database.attributes
    if _is(database, "deletion_protection", False, terraform):
        faults["can be deleted by any plan"] = given["deletion_protection"].line
    elif "deletion_protection" not in given and not database.labels[0].startswith("google"):
        faults["has no deletion protection"] = database.line
    if _is(database, "backup_retention_period", 0, terraform):
        faults["has its backups off"] = given["backup_retention_period"].line
    if faults and _is(database, "skip_final_snapshot", True, terraform):
        faults["leaves no snapshot behind"] = given["skip_final_snapshot"].line
    return next(iter(faults.values()), database.line), list(faults)


def _is(database: Block, name: str, bad: bool | int, terraform: Terraform) -> bool:
    """Whether the attribute is that value where users are."""
    found = [
        known for known in terraform.in_service(database, name) if not known.is_of_lesser_place
    ]
    return any(type(k.value.value) is type(bad) and k.value.value == bad for k in found)


CHECK = Check(
    id="database-unprotected",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a database that one wrong plan deletes",
    find=find,
)
