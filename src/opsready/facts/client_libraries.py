"""The libraries by which Python code talks to what is outside its process: data only.

A library's calls are told by the first and the last word of their dotted names, for the modules
between them move from version to version: `redis.asyncio.Redis`, `redis.asyncio.client.Redis`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Library:
    """`makers` open or construct a client; `address` are the keywords that say where to, the
    first also by position 0. An empty `kind` is told by the address, as in SQL URLs."""

    kind: str
    top: str
    makers: tuple[str, ...]
    address: tuple[str, ...] = ("url", "host", "port")
    name: str = ""

    @property
    def client(self) -> str:
        """The library's name as people know it."""
        return self.name or self.top

    def makes(self, dotted: str) -> bool:
        """Whether a dotted name is one of the library's makers."""
        top, _, rest = dotted.partition(".")
        if top != self.top or not rest or "()" in rest:
            return False
        return any(rest == maker or rest.endswith("." + maker) for maker in self.makers)


_DSN = ("dsn", "conninfo", "host", "port")
_HOSTS = ("hosts", "host", "nodes", "cloud_id")
_BROKERS = ("bootstrap_servers", "conf", "config", "bootstrap.servers")

LIBRARIES: tuple[Library, ...] = (
    Library("postgresql", "psycopg", ("connect",), _DSN),
    Library("postgresql", "psycopg_pool", ("ConnectionPool", "AsyncConnectionPool"), _DSN),
    Library(
        "postgresql",
        "psycopg2",
        ("connect", "SimpleConnectionPool", "ThreadedConnectionPool"),
        _DSN,
    ),
    Library("postgresql", "asyncpg", ("connect", "create_pool"), _DSN),
    Library("postgresql", "aiopg", ("connect", "create_pool"), _DSN),
    Library("postgresql", "pg8000", ("connect",), _DSN),
    Library("mysql", "pymysql", ("connect",), ("host", "port")),
    Library("mysql", "MySQLdb", ("connect",), ("host", "port"), "mysqlclient"),
    Library("mysql", "mysql", ("connect",), ("host", "port"), "mysql-connector-python"),
    Library("mysql", "aiomysql", ("connect", "create_pool"), ("host", "port")),
    Library("mysql", "asyncmy", ("connect", "create_pool"), ("host", "port")),
    Library(
        "redis",
        "redis",
        ("Redis", "StrictRedis", "RedisCluster", "Sentinel", "from_url"),
        ("url", "host", "port", "sentinels", "startup_nodes", "connection_pool"),
    ),
    Library(
        "redis", "aioredis", ("Redis", "StrictRedis", "from_url", "create_redis_pool"), ("url",)
    ),
    Library("redis", "valkey", ("Valkey", "from_url", "ValkeyCluster"), name="valkey"),
    Library("redis", "coredis", ("Redis", "RedisCluster", "from_url")),
    Library("redis", "arq", ("create_pool", "RedisSettings"), ("host", "port", "settings_")),
    Library("memcached", "pymemcache", ("Client", "PooledClient", "HashClient"), ("server",)),
    Library("memcached", "pylibmc", ("Client",), ("servers",)),
    Library("memcached", "memcache", ("Client",), ("servers",), "python-memcached"),
    Library("memcached", "aiomcache", ("Client",)),
    Library("memcached", "bmemcached", ("Client",), ("servers",)),
    Library("mongodb", "pymongo", ("MongoClient", "AsyncMongoClient"), ("host", "port")),
    Library("mongodb", "motor", ("AsyncIOMotorClient", "MotorClient"), ("host", "port")),
    Library("mongodb", "mongoengine", ("connect",), ("db", "host")),
    Library("kafka", "kafka", ("KafkaProducer", "KafkaConsumer"), _BROKERS, "kafka-python"),
    Library("kafka", "aiokafka", ("AIOKafkaProducer", "AIOKafkaConsumer"), _BROKERS),
    Library("kafka", "confluent_kafka", ("Producer", "Consumer", "AIOProducer"), _BROKERS),
    Library("rabbitmq", "pika", ("BlockingConnection", "SelectConnection"), ("parameters",)),
    Library("rabbitmq", "aio_pika", ("connect", "connect_robust")),
    Library("rabbitmq", "amqp", ("Connection",), ("host",)),
    Library("nats", "nats", ("connect",), ("servers",)),
    Library("elasticsearch", "elasticsearch", ("Elasticsearch", "AsyncElasticsearch"), _HOSTS),
    Library("opensearch", "opensearchpy", ("OpenSearch", "AsyncOpenSearch"), _HOSTS),
    Library("s3", "minio", ("Minio",), ("endpoint",)),
    Library("gcs", "google", ("storage.Client",), ("project",), "google-cloud-storage"),
    Library("azure_blob", "azure", ("BlobServiceClient",), ("account_url",)),
    Library("smtp", "smtplib", ("SMTP", "SMTP_SSL"), ("host", "port")),
    Library("smtp", "aiosmtplib", ("SMTP", "send"), ("hostname", "port")),
    Library("smtp", "fastapi_mail", ("FastMail",), ("config",)),
    Library("ldap", "ldap3", ("Connection",), ("server",)),
    Library("cassandra", "cassandra", ("Cluster",), ("contact_points", "port")),
    Library("neo4j", "neo4j", ("driver",), ("uri",)),
    Library("clickhouse", "clickhouse_connect", ("get_client", "get_async_client"), ("host",)),
    Library("clickhouse", "clickhouse_driver", ("Client",), ("host", "port")),
    Library("influxdb", "influxdb_client", ("InfluxDBClient", "InfluxDBClientAsync")),
    Library("vault", "hvac", ("Client",)),
    Library("grpc", "grpc", ("insecure_channel", "secure_channel"), ("target",), "grpcio"),
    Library(
        "",
        "sqlalchemy",
        ("create_engine", "create_async_engine", "engine_from_config"),
        ("url",),
    ),
    Library("", "sqlmodel", ("create_engine",), ("url",)),
    Library("", "databases", ("Database",), ("url",)),
    Library("", "tortoise", ("init", "register_tortoise"), ("db_url", "config")),
    Library(
        "",
        "advanced_alchemy",
        ("SQLAlchemyAsyncConfig", "SQLAlchemySyncConfig"),
        ("connection_string",),
    ),
    Library("", "kombu", ("Connection",), ("hostname",)),
    Library("", "celery", ("Celery",), ("broker", "broker_url")),
    Library("http", "httpx", ("Client", "AsyncClient"), ("base_url",)),
    Library("http", "aiohttp", ("ClientSession",), ("base_url",)),
)

# Cloud services that boto3 and its kin open by name.
AWS_TOPS = {"boto3", "aioboto3", "botocore", "aiobotocore"}
AWS_MAKERS = {"client", "resource", "create_client"}
AWS_KINDS = {"s3", "sqs", "sns", "dynamodb", "kinesis", "ses", "secretsmanager", "ssm", "kms"}

# Functions and methods of HTTP clients that take the address of each request themselves.
HTTP_TOPS = {"httpx", "requests", "aiohttp", "urllib"}
HTTP_ASKS = {"get", "post", "put", "patch", "delete", "head", "request", "stream", "urlopen"}

# What a URL's scheme, without a driver after a plus sign, says of the server behind it.
SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "asyncpg": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "mssql",
    "oracle": "oracle",
    "redis": "redis",
    "rediss": "redis",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "pyamqp": "rabbitmq",
    "sqs": "sqs",
    "kafka": "kafka",
    "confluentkafka": "kafka",
    "mongodb": "mongodb",
    "sqlite": "",
    "memory": "",
}

# The packages that speak to one kind of SQL server.
SQL_DRIVERS = {
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "psycopg2-binary": "postgresql",
    "asyncpg": "postgresql",
    "pg8000": "postgresql",
    "pymysql": "mysql",
    "mysqlclient": "mysql",
    "aiomysql": "mysql",
    "asyncmy": "mysql",
    "mysql-connector-python": "mysql",
}
SQL_TOPS = {"sqlalchemy", "sqlmodel", "databases", "flask_sqlalchemy", "tortoise", "peewee"}
# Calls on an engine, connection or session that reach the server.
SQL_ASKS = {
    *("execute", "connect", "begin", "scalar", "scalars", "query", "exec", "get", "run_sync"),
    *("fetch_one", "fetch_all", "fetch_val", "execute_query", "stream", "raw_connection"),
    *("exec_driver_sql", "ping"),
}
# Calls on any client that reach nobody.
SILENT = {
    *("close", "aclose", "dispose", "shutdown", "register_script", "pipeline", "pubsub"),
    *("get_connection_kwargs", "add_middleware", "wait_closed"),
}

# Libraries that open no connection by themselves: calls of them leave what is known whole.
HARMLESS = {
    *("aiohttp", "anyio", "asgiref", "attr", "attrs", "builtins", "cornice", "django", "falcon"),
    *("fastapi", "flask", "jinja2", "litestar", "loguru", "markupsafe", "msgspec", "orjson"),
    *("prometheus_client", "pydantic", "pydantic_settings", "pyramid", "quart", "rest_framework"),
    *("sanic", "sniffio", "starlette", "structlog", "tornado", "typing_extensions", "webob"),
    *("werkzeug", "simplejson", "ujson", "opentelemetry", "packaging", "zope"),
}

# The settings by which Django opens clients: name, the key that names the engine of an entry, and
# the word in the engine that tells the server. `locmem`, `dummy` and sqlite3 are none.
DJANGO_SETTINGS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "DATABASES",
        "ENGINE",
        {"postg": "postgresql", "mysql": "mysql", "oracle": "oracle", "mssql": "mssql"},
    ),
    (
        "CACHES",
        "BACKEND",
        {"redis": "redis", "valkey": "redis", "memcache": "memcached", "pylibmc": "memcached"},
    ),
    ("CHANNEL_LAYERS", "BACKEND", {"redis": "redis", "rabbitmq": "rabbitmq"}),
)
