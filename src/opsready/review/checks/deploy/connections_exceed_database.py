"""More connections, when all copies are busy, than the database admits."""

from collections.abc import Iterator
from typing import NamedTuple

from opsready.documents.compose import ComposeFile
from opsready.documents.kubernetes import Manifest
from opsready.documents.python_code import PythonCode
from opsready.documents.terraform_tree import Terraform
from opsready.facts.fact import Claim
from opsready.facts.usual_value import usual_number
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users

_ENGINES = ("sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine")
# What SQLAlchemy's pool may add where nothing is said (its documentation, "QueuePool").
_OVERFLOW = 10
_ASYNCPG = "asyncpg.create_pool"


class Figure(NamedTuple):
    """A number, and the line that says it."""

    number: int
    path: str
    line: int


def find(case: Case) -> Iterator[Finding]:
    """One finding a pool, where its size, the number of copies and the limit are all written."""
    limit, pool = _limit(case), _pool(case)
    copies = _copies(case)
    if limit is None or pool is None or copies is None:
        return
    counts = {fact["count"] for fact in case.facts.of(Claim.WORKERS) if fact["count"]}
    if len(counts) > 1:
        return
    workers = counts.pop() if counts else 1
    most = pool.number * workers * copies.number
    if most > limit.number:
        yield Finding(
            pool.path,
            pool.line,
            f"{copies.number} copies with {workers} workers of up to {pool.number} connections are"
            f" {most}, and the database admits {limit.number}: under load some get none, and a"
            " deploy, which runs old and new copies side by side, is where it begins",
            "Make the pools smaller, put a pooler such as PgBouncer between, or raise the limit;"
            " leave room for twice the copies during a deploy.",
            related=(
                Place(copies.path, copies.line, "the most copies"),
                Place(limit.path, limit.line, "the limit of the database"),
            ),
        )


def _pool(case: Case) -> Figure | None:
    """The one pool that the code makes, with what it may add under load."""
    code = case.pack.bundle.assembled(PythonCode)
    found = []
    for call, _ in code.calls_to(*_ENGINES):
        given = call.argument(None, "pool_size"), call.argument(None, "max_overflow")
        sizes = [usual_number(code, each, call.scope)[0] for each in given]
        if given[0] is not None and sizes[0] is not None:
            extra = sizes[1] if given[1] is not None else _OVERFLOW
            found.append(Figure(sizes[0] + (extra or 0), call.scope.path, call.line))
    for call, _ in code.calls_to(_ASYNCPG):
        size = usual_number(code, call.argument(None, "max_size"), call.scope)[0]
        if size is not None:
            found.append(Figure(size, call.scope.path, call.line))
    own = [each for each in found if serves_users(each.path)]
    return own[0] if len(own) == 1 else None


def _copies(case: Case) -> Figure | None:
    """The most copies that run: of the one autoscaler, or of the one service without."""
    terraform = case.pack.bundle.assembled(Terraform)
    found = [
        Figure(known.value.value, known.path, known.line)
        for target in terraform.resources("aws_appautoscaling_target")
        for known in terraform.in_service(target, "max_capacity")
        if isinstance(known.value.value, int) and serves_users(known.path)
    ]
    for manifest in case.pack.documents(Manifest):
        for scaler in manifest.of_kind("HorizontalPodAutoscaler"):
            most = scaler.node.get("spec", "maxReplicas")
            if most is not None and isinstance(most.value, int) and serves_users(manifest.path):
                found.append(Figure(most.value, manifest.path, most.line))
    return found[0] if len(found) == 1 else None


def _limit(case: Case) -> Figure | None:
    """`max_connections`, where a parameter group or a command line gives it as a number."""
    terraform = case.pack.bundle.assembled(Terraform)
    for group in terraform.resources("aws_db_parameter_group", "aws_rds_cluster_parameter_group"):
        for parameter in group.inner("parameter") if serves_users(group.path) else ():
            value = str(parameter.plain("value"))
            if parameter.plain("name") == "max_connections" and value.isdigit():
                return Figure(int(value), group.path, parameter.line)
    for compose in case.pack.documents(ComposeFile):
        for service in compose.services if compose.is_for_production else ():
            _, _, told = service.command.partition("max_connections=")
            number = told.split()[0] if told else ""
            if number.isdigit():
                return Figure(int(number), compose.path, service.line)
    return None


CHECK = Check(
    id="connections-exceed-database",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="more connections than the database admits",
    find=find,
)
