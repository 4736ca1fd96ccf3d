"""What package.json says of a Node service."""

import re
from collections.abc import Iterator

from opsready.documents.package_json import PackageJson
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

_FRAMEWORKS = {
    "@nestjs/core": "nest",
    "next": "next",
    "nuxt": "nuxt",
    "fastify": "fastify",
    "koa": "koa",
    "@hapi/hapi": "hapi",
    "hono": "hono",
    "restify": "restify",
    "express": "express",
}
_DEPENDENCIES = {
    "pg": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mysql2": "mysql",
    "redis": "redis",
    "ioredis": "redis",
    "mongodb": "mongodb",
    "mongoose": "mongodb",
    "kafkajs": "kafka",
    "amqplib": "rabbitmq",
    "@elastic/elasticsearch": "elasticsearch",
    "@aws-sdk/client-s3": "s3",
    "@aws-sdk/client-sqs": "sqs",
    "@aws-sdk/client-dynamodb": "dynamodb",
    "memjs": "memcached",
    "nodemailer": "smtp",
}
_PORT = re.compile(r"\bPORT=(\d+)")


def read(bundle: Bundle) -> Iterator[Fact]:
    """Manifests of servers; one that only builds pages for a browser says nothing here."""
    for package in bundle.documents(PackageJson):
        if serves_users(package.path) and _is_a_server(package):
            yield from _server(package)


def _is_a_server(package: PackageJson) -> bool:
    start = package.scripts.get("start", "")
    runs_node = bool(re.match(r"(cross-env\s+)?(\w+=\S+\s+)*(node|nest|tsx|ts-node|pm2)\b", start))
    return runs_node or any(name in package.dependencies for name in _FRAMEWORKS)


def _server(package: PackageJson) -> Iterator[Fact]:
    yield Fact(Claim.LANGUAGE, "node", package.path, 1, package.name or "package.json")
    framework = next((name for name in _FRAMEWORKS if name in package.dependencies), None)
    if framework is not None:
        yield _said(package, Claim.FRAMEWORK, _FRAMEWORKS[framework], "dependencies", framework)
    for name, kind in _DEPENDENCIES.items():
        if name in package.dependencies:
            value = {"kind": kind, "name": name, "client": name}
            yield _said(package, Claim.DEPENDENCY, value, "dependencies", name)
    if "start" in package.scripts:
        start = StartCommand(package.scripts["start"])
        yield _said(package, Claim.START_COMMAND, {"command": "npm start"}, "scripts", "start")
        port = _PORT.search(start.text)
        number = int(port.group(1)) if port else start.port
        if number is not None:
            yield _said(package, Claim.PORT, number, "scripts", "start")


def _said(package: PackageJson, claim: Claim, value: object, section: str, key: str) -> Fact:
    line = package.line_of(section, key)
    stated = claim in {Claim.START_COMMAND, Claim.PORT}
    confidence = Confidence.STATED if stated else Confidence.DERIVED
    return Fact(claim, value, package.path, line, package.quote(line), confidence)


READER = Reader("node", read)
