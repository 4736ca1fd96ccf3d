"""What a Maven or Gradle build says of a Java service."""

from collections.abc import Iterator

from opsready.documents.module_list import JavaBuild, Module
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

# By a piece of the group or of the artifact's name; the first that fits wins.
_FRAMEWORKS = (
    ("spring-boot", "spring"),
    ("org.springframework.boot", "spring"),
    ("io.quarkus", "quarkus"),
    ("io.micronaut", "micronaut"),
    ("javalin", "javalin"),
    ("dropwizard", "dropwizard"),
    ("helidon", "helidon"),
    ("io.vertx", "vertx"),
    ("io.ktor", "ktor"),
)
_DEPENDENCIES = (
    ("r2dbc-postgresql", "postgresql"),
    ("postgresql", "postgresql"),
    ("mysql-connector", "mysql"),
    ("mariadb-java-client", "mysql"),
    ("data-redis", "redis"),
    ("jedis", "redis"),
    ("lettuce", "redis"),
    ("data-mongodb", "mongodb"),
    ("mongodb-driver", "mongodb"),
    ("spring-kafka", "kafka"),
    ("kafka-clients", "kafka"),
    ("starter-amqp", "rabbitmq"),
    ("amqp-client", "rabbitmq"),
    ("elasticsearch", "elasticsearch"),
    ("starter-mail", "smtp"),
    ("aws-java-sdk-s3", "s3"),
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Builds of services; a library's build says nothing of how it runs."""
    for build in bundle.documents(JavaBuild):
        if not serves_users(build.path):
            continue
        frameworks = [(m, name) for m in build.modules if (name := _known(_FRAMEWORKS, m))]
        if not frameworks:
            continue
        module, framework = frameworks[0]
        yield _said(build, module, Claim.LANGUAGE, "java")
        yield _said(build, module, Claim.FRAMEWORK, framework)
        for module in build.modules:
            kind = _known(_DEPENDENCIES, module)
            if kind is not None:
                known = {"kind": kind, "name": kind, "client": module.name}
                yield _said(build, module, Claim.DEPENDENCY, known)
            if module.name == "spring-boot-starter-actuator":
                route = {"path": "/actuator/health", "covers": None, "role": "readiness"}
                yield _said(build, module, Claim.HEALTH_ROUTE, route)


def _known(table: tuple[tuple[str, str], ...], module: Module) -> str | None:
    found = (name for piece, name in table if piece in module.name or piece in module.group)
    return next(found, None)


def _said(build: JavaBuild, module: Module, claim: Claim, value: object) -> Fact:
    return Fact(claim, value, build.path, module.line, module.quote, Confidence.DERIVED)


READER = Reader("java", read)
