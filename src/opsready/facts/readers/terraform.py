"""What Terraform says: what it is deployed on, what it depends on, and how it is probed."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.health_command import health_path
from opsready.documents.secret import without_secrets
from opsready.documents.terraform import Block, TerraformFile
from opsready.documents.terraform_tree import Known, Terraform
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

# Resource types whose engine decides; the attribute that names it.
_BY_ENGINE = {
    "aws_db_instance": "engine",
    "aws_rds_cluster": "engine",
    "aws_elasticache_cluster": "engine",
    "aws_elasticache_replication_group": "engine",
    "aws_elasticache_serverless_cache": "engine",
    "aws_mq_broker": "engine_type",
    "google_sql_database_instance": "database_version",
}
_ENGINES = (
    "postgresql",
    "postgres",
    "mysql",
    "mariadb",
    "redis",
    "valkey",
    "memcached",
    "rabbitmq",
)
_KIND_OF_ENGINE = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mariadb": "mysql",
    "valkey": "redis",
}
# Redis is what a replication group runs where no engine is named (provider documentation).
_ENGINE_BY_DEFAULT = {"aws_elasticache_replication_group": "redis"}
_BY_TYPE = {
    "aws_dynamodb_table": "dynamodb",
    "aws_sqs_queue": "sqs",
    "aws_sns_topic": "sns",
    "aws_msk_cluster": "kafka",
    "aws_opensearch_domain": "elasticsearch",
    "aws_elasticsearch_domain": "elasticsearch",
    "aws_docdb_cluster": "mongodb",
    "mongodbatlas_cluster": "mongodb",
    "google_redis_instance": "redis",
    "azurerm_redis_cache": "redis",
    "azurerm_postgresql_server": "postgresql",
    "azurerm_postgresql_flexible_server": "postgresql",
    "azurerm_mysql_flexible_server": "mysql",
    "azurerm_cosmosdb_account": "cosmosdb",
}
_TARGETS = {
    "aws_ecs_service": "ecs",
    "aws_lambda_function": "lambda",
    "aws_apprunner_service": "apprunner",
    "google_cloud_run_service": "cloudrun",
    "google_cloud_run_v2_service": "cloudrun",
    "azurerm_container_app": "azure",
    "azurerm_linux_web_app": "azure",
    "kubernetes_deployment": "kubernetes",
    "kubernetes_deployment_v1": "kubernetes",
    "helm_release": "helm",
}

_OF_ALARMS = re.compile(r"alert|alarm|page|paging|on-?_?call|notif|budget|ops", re.IGNORECASE)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every module that serves users, and the environments that have a values file."""
    terraform = bundle.assembled(Terraform)
    for document in bundle.documents(TerraformFile):
        if not serves_users(document.path):
            continue
        if document.path.endswith(".tfvars"):
            yield from _environment(document)
        for block in document.resources():
            yield from _resource(block, terraform)
    files = [source.path for source in bundle.of_kind(Kind.TERRAFORM) if serves_users(source.path)]
    modules = [path for path in files if path.endswith(".tf")]
    if files:
        value = {"tool": "terraform", "files": modules}
        quote = "a Terraform module"
        yield Fact(Claim.DEPLOYS_WITH, value, files[0], 1, quote, Confidence.DERIVED)


def _environment(document: TerraformFile) -> Iterator[Fact]:
    path = PurePosixPath(document.path)
    name = path.name.removesuffix(".tfvars").removesuffix(".auto")
    if path.parent.name in {"envs", "env", "environments", "vars"} and name != "terraform":
        quote = f"the values of {name}"
        yield Fact(Claim.ENVIRONMENT, {"name": name}, document.path, 1, quote, Confidence.DERIVED)


def _resource(block: Block, terraform: Terraform) -> Iterator[Fact]:
    name = block.labels[1] if len(block.labels) > 1 else block.resource_type
    kind = _dependency(block) if not _tells_people(block, name) else None
    quote = f'resource "{block.resource_type}" "{name}"'
    if kind is not None:
        value = {"kind": kind, "name": name, "client": None}
        yield Fact(Claim.DEPENDENCY, value, block.path, block.line, quote, Confidence.DERIVED)
    target = _TARGETS.get(block.resource_type)
    if target is not None:
        yield Fact(Claim.DEPLOYS_WITH, {"tool": target}, block.path, block.line, quote)
    if block.resource_type in {"aws_lb_target_group", "aws_alb_target_group"}:
        yield from _health(block, terraform)
    if block.resource_type == "aws_ecs_task_definition":
        yield from _containers(block, terraform)


def _tells_people(block: Block, name: str) -> bool:
    """A topic by which alarms reach somebody: the service does not need it for its work."""
    named = f"{name} {block.plain('name') or ''}"
    return block.resource_type == "aws_sns_topic" and bool(_OF_ALARMS.search(named))


def _dependency(block: Block) -> str | None:
    attribute = _BY_ENGINE.get(block.resource_type)
    if attribute is None:
        return _BY_TYPE.get(block.resource_type)
    engine = block.plain(attribute) or _ENGINE_BY_DEFAULT.get(block.resource_type) or ""
    named = next((known for known in _ENGINES if known in str(engine).lower()), None)
    return _KIND_OF_ENGINE.get(named, named) if named is not None else None


def _health(block: Block, terraform: Terraform) -> Iterator[Fact]:
    """The path that a load balancer asks for, in each environment where it differs."""
    check = block.block("health_check")
    for known in terraform.of(check, "path") if check is not None else ():
        path = known.value.value
        if check is not None and isinstance(path, str) and "${" not in path:
            value = {"path": path, "covers": None, "role": "readiness"}
            quote = f"health_check asks {path}"
            written = check.get("path") is known.value
            place = (block.path, check.line) if written else (known.path, known.line)
            yield Fact(Claim.HEALTH_ROUTE, value, *place, quote, Confidence.DERIVED)


def _containers(block: Block, terraform: Terraform) -> Iterator[Fact]:
    for known in terraform.containers(block):
        yield from _container(known, terraform)


def _container(known: Known, terraform: Terraform) -> Iterator[Fact]:
    container = known.value
    for mapping in container.elements("portMappings"):
        port = mapping.get("containerPort")
        for each in terraform.what(port, known.path) if port is not None else ():
            number = each.value.value
            if isinstance(number, int):
                written = each.value is port
                place = (known.path, port.line) if port and written else (each.path, each.line)
                yield Fact(Claim.PORT, number, *place, f"containerPort {number}")
    asked = [word.value for word in container.elements("healthCheck", "command")]
    path = health_path(" ".join(word for word in asked if isinstance(word, str)))
    if path is not None:
        line = container.elements("healthCheck", "command")[-1].line
        value = {"path": path, "covers": None, "role": "liveness"}
        quote = f"healthCheck asks {path}"
        yield Fact(Claim.HEALTH_ROUTE, value, known.path, line, quote, Confidence.DERIVED)
    words = [word.value for word in container.elements("command")]
    if words and all(isinstance(word, str) and "${" not in word for word in words):
        shown = without_secrets(words)
        yield Fact(Claim.START_COMMAND, {"command": shown}, known.path, container.line, shown)


READER = Reader("terraform", read)
