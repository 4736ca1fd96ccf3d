"""A store of data that the internet can reach."""

from collections.abc import Iterator

from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_DATABASES = ("aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster")
# Ports on which stores and machines answer whoever asks (IANA's registry).
_PORTS = {
    22: "SSH",
    3306: "MySQL",
    5432: "PostgreSQL",
    6379: "Redis",
    9200: "Elasticsearch",
    11211: "memcached",
    27017: "MongoDB",
}
_EVERYWHERE = ("0.0.0.0/0", "::/0")


def find(case: Case) -> Iterator[Finding]:
    """Databases with a public address, and ports of stores that are open to every address."""
    terraform = case.pack.bundle.assembled(Terraform)
    for database in terraform.resources(*_DATABASES):
        if serves_users(database.path):
            for known in terraform.in_service(database, "publicly_accessible"):
                if known.value.value is True:
                    yield _finding(
                        database.path,
                        database.attributes["publicly_accessible"].line,
                        f"`{database.address}` has an address on the internet",
                    )
    yield from _ports(terraform)


def _ports(terraform: Terraform) -> Iterator[Finding]:
    for group in terraform.resources("aws_security_group"):
        for rule in group.inner("ingress"):
            yield from _rule(rule, group.address, ("cidr_blocks", "ipv6_cidr_blocks"), terraform)
    for rule in terraform.resources("aws_security_group_rule"):
        if rule.plain("type") == "ingress":
            yield from _rule(rule, rule.address, ("cidr_blocks", "ipv6_cidr_blocks"), terraform)
    for rule in terraform.resources("aws_vpc_security_group_ingress_rule"):
        yield from _rule(rule, rule.address, ("cidr_ipv4", "cidr_ipv6"), terraform)


def _rule(
    rule: Block, owner: str, names: tuple[str, ...], terraform: Terraform
) -> Iterator[Finding]:
    first, last = (_number(rule, name, terraform) for name in ("from_port", "to_port"))
    if first is None or last is None or not serves_users(rule.path):
        return
    # A rule for all ports is another fault, and often one of outbound traffic's twin.
    stores = [name for port, name in _PORTS.items() if first <= port <= last]
    for name in names:
        given = rule.get(name)
        if given is not None and len(stores) == 1 and _is_everywhere(rule, name, terraform):
            yield _finding(
                rule.path,
                given.line,
                f"`{owner}` opens the port of {stores[0]} to every address",
            )


def _is_everywhere(rule: Block, name: str, terraform: Terraform) -> bool:
    texts = [
        each.value
        for known in terraform.in_service(rule, name)
        for each in known.value.walk()
        if isinstance(each.value, str)
    ]
    return any(text in _EVERYWHERE for text in texts)


def _number(rule: Block, name: str, terraform: Terraform) -> int | None:
    found = [known.value.value for known in terraform.in_service(rule, name)]
    return found[0] if found and isinstance(found[0], int) else None


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        path,
        line,
        f"{what}: whoever finds it can try passwords, and one leak is enough",
        "Keep it in private subnets, and let the service's security group in and nothing else.",
    )


CHECK = Check(
    id="database-public",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a store that the internet can reach",
    find=find,
)
