"""Dependencies by the clients that code opens."""

import pytest

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers.python.clients import READER
from tests.facts.readers.python.told import facts


def opened(files: dict[str, str] | str) -> list[str]:
    """`kind name client variables…`, one a client."""
    found = [fact for fact in facts(READER, files) if fact.claim is Claim.DEPENDENCY]
    return [
        " ".join([fact["kind"], fact["name"], fact["client"], *fact["configured_by"]])
        for fact in found
    ]


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("import psycopg\npsycopg.connect(E['DATABASE_URL'])",
         "postgresql postgresql psycopg DATABASE_URL"),
        ("import psycopg2\npsycopg2.connect(host=E['DB_HOST'], password=E['PW'])",
         "postgresql postgresql psycopg2 DB_HOST"),
        ("import asyncpg\nasync def f():\n    await asyncpg.create_pool(dsn=E['PG_DSN'])",
         "postgresql postgresql asyncpg PG_DSN"),
        ("import pymysql\npymysql.connect(host='db')", "mysql mysql pymysql"),
        ("import redis\nredis.Redis(host=E['REDIS_HOST'])", "redis redis redis REDIS_HOST"),
        ("from redis.asyncio import from_url\nfrom_url(os.getenv('REDIS_URL', 'redis://x'))",
         "redis redis redis REDIS_URL"),
        ("from pymemcache.client.base import Client\nClient(('localhost', 11211))",
         "memcached memcached pymemcache"),
        ("from motor.motor_asyncio import AsyncIOMotorClient as C\nC(E['MONGO_URI'])",
         "mongodb mongodb motor MONGO_URI"),
        ("from aiokafka import AIOKafkaProducer as P\nP(bootstrap_servers=E['KAFKA_BROKERS'])",
         "kafka kafka aiokafka KAFKA_BROKERS"),
        ("from confluent_kafka import Consumer\nConsumer({'bootstrap.servers': E['BROKERS']})",
         "kafka kafka confluent_kafka BROKERS"),
        ("import aio_pika\nasync def f():\n    await aio_pika.connect_robust(E['AMQP_URL'])",
         "rabbitmq rabbitmq aio_pika AMQP_URL"),
        ("from celery import Celery\nCelery('x', broker=os.environ.get('BROKER_URL', 'amqp://mq'))",
         "rabbitmq rabbitmq celery BROKER_URL"),
        ("from celery import Celery\nCelery('x', broker='redis://r/0')", "redis redis celery"),
        ("import boto3\nboto3.client('s3', endpoint_url=E['S3_ENDPOINT'])",
         "s3 s3 boto3 S3_ENDPOINT"),
        ("import boto3\nboto3.resource('ec2')", None),
        ("from elasticsearch import Elasticsearch\nElasticsearch(E['ES_URL'])",
         "elasticsearch elasticsearch elasticsearch ES_URL"),
        ("import smtplib\nsmtplib.SMTP(E['SMTP_HOST'])", "smtp smtp smtplib SMTP_HOST"),
        ("import httpx\nhttpx.AsyncClient(base_url=E['PAYMENTS_URL'])",
         "http payments httpx PAYMENTS_URL"),
        ("import requests\nrequests.post(E['TAX_API_URL'] + '/v1', auth=E['TAX_KEY'])",
         "http tax requests TAX_API_URL"),
        ("import requests\nrequests.get('https://api.github.com/users')",
         "http api.github.com requests"),
        ("import requests\nrequests.get('http://localhost:8000/health')", None),
        ("import requests\ndef f(url):\n    requests.get(url)", None),
        ("import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n"
         "        await s.get(f\"{E['GEO_URL']}/x\")", "http geo aiohttp GEO_URL"),
        ("import redis", None),
        ("from redis import Redis\ndef f(r: Redis):\n    r.get('x')", None),
    ],
)  # fmt: skip
def test_a_client_is_a_dependency_with_the_variables_of_its_address(
    text: str, client: str | None
) -> None:
    assert opened(f"import os\nfrom os import environ as E\n{text}\n") == (
        [] if client is None else [client]
    )


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("'postgresql+asyncpg://db/x'", "postgresql"),
        ("'mysql+pymysql://db/x'", "mysql"),
        ("f'postgresql://{user}@db/x'", "postgresql"),
        ("URL.create('postgresql+psycopg', host='db')", "postgresql"),
        ("os.environ.get('DATABASE_URL', 'mysql://db/x')", "mysql"),
        ("os.environ['POSTGRES_URL']", "postgresql"),
        ("os.environ['DATABASE_URL']", "sql"),
        ("'sqlite:///x.db'", None),
    ],
)
def test_an_sql_server_is_told_by_the_address(url: str, kind: str | None) -> None:
    text = f"import os\nfrom sqlalchemy import URL, create_engine\ncreate_engine({url})\n"
    assert [line.split()[0] for line in opened(text)] == ([kind] if kind else [])


def test_an_sql_server_that_the_address_hides_is_told_by_the_installed_driver() -> None:
    files = {
        "app.py": "import os\nfrom sqlalchemy import create_engine\n"
        "create_engine(os.environ['DATABASE_URL'])\n",
        "requirements.txt": "sqlalchemy==2.0\npsycopg[binary]==3.2\n",
    }
    found = facts(READER, files)
    assert [(fact["kind"], fact.confidence) for fact in found] == [
        ("postgresql", Confidence.DERIVED)
    ]


def test_django_opens_what_its_settings_name() -> None:
    text = (
        "import os\nimport environ\nenv = environ.Env()\n"
        "INSTALLED_APPS = []\nROOT_URLCONF = 'x'\n"
        "DATABASES = {'default': env.db('DATABASE_URL', default='postgres://db/x'),\n"
        "    'files': {'ENGINE': 'django.db.backends.sqlite3'}}\n"
        "CACHES = {'default': {'BACKEND': 'django_redis.cache.RedisCache',\n"
        "    'LOCATION': os.environ['REDIS_URL']}}\n"
        "CELERY_BROKER_URL = os.environ['RABBITMQ_URL']\n"
    )
    assert opened({"site_/settings.py": text}) == [
        "postgresql postgresql django DATABASES DATABASE_URL",
        "redis redis django CACHES REDIS_URL",
        "rabbitmq rabbitmq celery RABBITMQ_URL",
    ]


def test_what_only_an_extra_installs_says_so_and_is_derived() -> None:
    files = {
        "app.py": "import memcache\nmemcache.Client(['x'])\n",
        "pyproject.toml": (
            "[project]\nname = 'x'\ndependencies = ['pyramid']\n"
            "[project.optional-dependencies]\ncaching = ['python-memcached>=1.6']\n"
        ),
    }
    found = facts(READER, files)[0]
    assert (found["extra"], found.confidence) == ("caching", Confidence.DERIVED)


def test_the_same_server_is_told_once_and_tests_open_nothing() -> None:
    text = "import redis\na = redis.Redis()\nb = redis.Redis()\n"
    assert opened({"app.py": text, "tests/test_app.py": text}) == ["redis redis redis"]


def test_a_password_in_an_address_is_not_quoted() -> None:
    text = "import redis\nredis.from_url('redis://:hunter2@cache/0')\n"
    assert facts(READER, text)[0].quote == "redis.from_url('redis://:…@cache/0')"


@pytest.mark.parametrize(
    ("line", "is_open"),
    [("import_module(settings.BACKEND)", True), ("import_module('shop.backends')", False)],
)
def test_a_module_that_settings_name_may_open_anything(line: str, is_open: bool) -> None:
    found = facts(READER, f"from importlib import import_module\nimport settings\n{line}\n")
    assert [fact["claim"] for fact in found] == (["dependency"] if is_open else [])
