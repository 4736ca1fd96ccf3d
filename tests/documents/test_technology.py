"""A sentence in, the technologies that it says are used out."""

import pytest

from opsready.documents.technology import mentions


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Orders are stored in PostgreSQL.", ["postgresql"]),
        ("It talks to Postgres and Redis but not to Kafka.", ["postgresql", "redis"]),
        ("Reads from Redis, writes to PostgreSQL.", ["redis", "postgresql"]),
        ("TLS over Redis connections is required.", ["redis"]),
        ("Redis (cache, optional)", ["redis"]),
        ("If Redis is down, reads fall through to PostgreSQL.", ["redis", "postgresql"]),
        ("Mail goes out by SMTP, files lie in S3.", ["smtp", "s3"]),
        ("Events are published to an MSK cluster.", ["kafka"]),
        ("postgres://localhost/x and psycopg", []),
        ("The Rediscovery team", []),
    ],
)
def test_what_a_sentence_says_is_used(text: str, used: list[str]) -> None:
    assert [m.kind for m in mentions(text) if not m.is_denied] == used


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("We decided against Redis.", []),
        ("We decided against Redis and Memcached, and use PostgreSQL.", ["postgresql"]),
        ("We use PostgreSQL instead of MongoDB or Cassandra.", ["postgresql"]),
        ("Instead of MongoDB, PostgreSQL is used.", ["postgresql"]),
        ("Unlike MongoDB, PostgreSQL has transactions.", ["postgresql"]),
        ("The service is migrating from MySQL to PostgreSQL.", ["postgresql"]),
        ("We are moving the sessions away from Redis to PostgreSQL.", ["postgresql"]),
        ("We moved off MySQL in 2024.", []),
        ("Redis was considered but rejected.", []),
        ("Redis replaces Memcached as the cache.", ["redis"]),
        ("Memcached was replaced by Redis.", ["redis"]),
        ("MySQL, since replaced by PostgreSQL", ["postgresql"]),
        ("We chose Kafka over RabbitMQ.", ["kafka"]),
        ("No Redis is needed.", []),
        ("There is no need for Kafka.", []),
        ("The service does not use Redis; PostgreSQL holds everything.", ["postgresql"]),
        ("The service does not connect to Redis.", []),
        ("The queue is RabbitMQ, not Kafka.", ["rabbitmq"]),
        ("Alternatives: MongoDB, MySQL", []),
        ("Redis: rejected, one more thing to run", []),
        ("Redis is no longer used.", []),
        ("We used to run MySQL.", []),
        ("Redis might be added later.", []),
        ("Should we use Redis?", []),
        ("Why not Redis?", []),
        ("A document store such as MongoDB", []),
        ("Sessions lie in PostgreSQL or SQLite.", []),
        ("A queue, RabbitMQ or Redis, is needed.", []),
        ("Neither Redis nor Memcached is used.", []),
    ],
)
def test_what_was_rejected_replaced_or_may_come_one_day_is_not(text: str, used: list[str]) -> None:
    assert [m.kind for m in mentions(text) if not m.is_denied] == used
