"""A dependency that the documents name and that no code opens."""

import re
from collections.abc import Iterator

from opsready.documents.technology import is_named
from opsready.facts.fact import Claim, Fact
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.kinds import Kind
from opsready.sources.source import Source

# Where a client would be named, if there were one: code, its manifests, its settings.
_WOULD_NAME_IT = (
    Kind.PYTHON,
    Kind.CODE,
    Kind.PYPROJECT,
    Kind.REQUIREMENTS,
    Kind.PACKAGE_JSON,
    Kind.GO_MOD,
    Kind.JAVA_BUILD,
    Kind.ENV_FILE,
    Kind.INI,
    Kind.TOML,
)
# Clients that do not bear the name of what they open.
_CLIENTS = {
    "postgresql": r"psycopg\w*|asyncpg|pg8000|sqlalchemy|django\.db|tortoise|peewee|libpq|jdbc"
    r"|prisma",
    "mysql": r"sqlalchemy|django\.db|tortoise|peewee|jdbc|aiomysql|prisma",
    "redis": r"celery|rq|arq|huey|dramatiq|channels",
    "memcached": r"pylibmc|pymemcache|memcache",
    "mongodb": r"motor|beanie|mongoengine|odmantic",
    "rabbitmq": r"pika|celery|kombu|amqp\w*|dramatiq|aio_pika|taskiq",
    "sqs": r"boto3|aioboto3|botocore|celery|kombu",
    "dynamodb": r"boto3|aioboto3|botocore|pynamodb",
    "s3": r"boto3|aioboto3|botocore|fsspec|storages|smart_open|object_storage",
    "smtp": r"smtplib|django\.core\.mail|send_mail|aiosmtplib|fastapi_mail|flask_mail|nodemailer",
    "kafka": r"faststream|faust",
    "elasticsearch": r"haystack",
}


def find(case: Case) -> Iterator[Finding]:
    """One finding for each kind that prose alone speaks of."""
    known = [fact for fact in case.facts.of(Claim.DEPENDENCY) if fact["kind"] != "http"]
    opened = {str(fact["kind"]) for fact in known if not fact.is_prose}
    told: dict[str, list[Fact]] = {}
    for fact in known:
        if fact.is_prose and fact["kind"] not in opened:
            told.setdefault(str(fact["kind"]), []).append(fact)
    if not told or not case.facts.inputs.code:
        return
    at_run_time = case.facts.made_at_run_time(Claim.DEPENDENCY)
    if at_run_time:
        raise NotRun(f"what is opened is decided at run time ({at_run_time[0].path})")
    sources = case.pack.of_kind(*_WOULD_NAME_IT)
    for kind, facts in told.items():
        if not any(_names(source, kind) for source in sources):
            yield _finding(kind, facts, [fact for fact in known if not fact.is_prose])


def _names(source: Source, kind: str) -> bool:
    """Whether a file so much as mentions it, under its own name or that of a client."""
    client = _CLIENTS.get(kind)
    if client and re.search(rf"\b(?:{client})\b", source.text, re.IGNORECASE):
        return True
    return is_named(kind, source.text)


def _finding(kind: str, told: list[Fact], opened: list[Fact]) -> Finding:
    first, *others = told
    elsewhere = [Place(fact.path, fact.line, "named here too") for fact in others[:3]]
    code = [Place(f.path, f.line, f"opens {f['kind']} here") for f in opened[:1]]
    return Finding(
        first.path,
        first.line,
        f"{kind} is named as a dependency, and no code opens it",
        "Take it out of the document, or say there that it is planned: alerts and runbooks are"
        " written for what stands in it.",
        related=(*elsewhere, *code),
        anchor=kind,
    )


CHECK = Check(
    id="documented-dependency-unused",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="a documented dependency that no code opens",
    find=find,
)
