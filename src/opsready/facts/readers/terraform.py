"""What Terraform says: what it is deployed on, what it depends on, and how it is probed."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.secret import without_secrets
from opsready.documents.terraform import Block, TerraformFile
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


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every module that serves users, and the environments that have a values file."""
    for document in bundle.documents(TerraformFile):
        if not serves_users(document.path):
            continue
        if document.path.endswith(".tfvars"):
            yield from _environment(document)
        for block in document.resources():
            yield from _resource(block)
    for source in bundle.of_kind(Kind.TERRAFORM):
        if serves_users(source.path):
            value = {"tool": "terraform"}
            quote = "a Terraform module"
            yield Fact(Claim.DEPLOYS_WITH, value, source.path, 1, quote, Confidence.DERIVED)
            return


def _environment(document: TerraformFile) -> Iterator[Fact]:
    path = PurePosixPath(document.path)
    name = path.name.removesuffix(".tfvars").removesuffix(".auto")
    if path.parent.name in {"envs", "env", "environments", "vars"} and name != "terraform":
        quote = f"the values of {name}"
        yield Fact(Claim.ENVIRONMENT, {"name": name}, document.path, 1, quote, Confidence.DERIVED)


def _resource(block: Block) -> Iterator[Fact]:
    kind = _dependency(block)
    name = block.labels[1] if len(block.labels) > 1 else block.resource_type
    quote = f'resource "{block.resource_type}" "{name}"'
    if kind is not None:
        value = {"kind": kind, "name": name, "client": None}
        yield Fact(Claim.DEPENDENCY, value, block.path, block.line, quote, Confidence.DERIVED)
    target = _TARGETS.get(block.resource_type)
    if target is not None:
        yield Fact(Claim.DEPLOYS_WITH, {"tool": target}, block.path, block.line, quote)
    if block.resource_type in {"aws_lb_target_group", "aws_alb_target_group"}:
        yield from _health(block)
    if block.resource_type == "aws_ecs_task_definition":
        yield from _containers(block)


def _dependency(block: Block) -> str | None:
    attribute = _BY_ENGINE.get(block.resource_type)
    if attribute is None:
        return _BY_TYPE.get(block.resource_type)
    engine = block.plain(attribute) or _ENGINE_BY_DEFAULT.get(block.resource_type) or ""
    named = next((known for known in _ENGINES if known in str(engine).lower()), None)
    return _KIND_OF_ENGINE.get(named, named) if named is not None else None


def _health(block: Block) -> Iterator[Fact]:
    check = block.block("health_check")
    path = check.plain("path") if check is not None else None
    if check is not None and isinstance(path, str) and "${" not in path:
        value = {"path": path, "covers": None, "role": "readiness"}
        quote = f"health_check asks {path}"
        yield Fact(Claim.HEALTH_ROUTE, value, block.path, check.line, quote, Confidence.DERIVED)


def _containers(block: Block) -> Iterator[Fact]:
    for container in block.container_definitions():
        for mapping in container.elements("portMappings"):
            port = mapping.get("containerPort")
            if port is not None and isinstance(port.value, int):
                quote = f"containerPort {port.value}"
                yield Fact(Claim.PORT, port.value, block.path, port.line, quote)
        words = [word.value for word in container.elements("command")]
        if words and all(isinstance(word, str) and "${" not in word for word in words):
            shown = without_secrets(words)
            yield Fact(Claim.START_COMMAND, {"command": shown}, block.path, container.line, shown)


READER = Reader("terraform", read)
