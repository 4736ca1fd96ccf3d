"""What go.mod says of a Go service."""

from collections.abc import Iterator

from opsready.documents.module_list import GoModule
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

_FRAMEWORKS = {
    "github.com/gin-gonic/gin": "gin",
    "github.com/labstack/echo": "echo",
    "github.com/go-chi/chi": "chi",
    "github.com/gofiber/fiber": "fiber",
    "github.com/gorilla/mux": "gorilla",
    "github.com/beego/beego": "beego",
    "github.com/valyala/fasthttp": "fasthttp",
    "google.golang.org/grpc": "grpc",
}
_DEPENDENCIES = {
    "github.com/lib/pq": "postgresql",
    "github.com/jackc/pgx": "postgresql",
    "gorm.io/driver/postgres": "postgresql",
    "github.com/go-sql-driver/mysql": "mysql",
    "gorm.io/driver/mysql": "mysql",
    "github.com/redis/go-redis": "redis",
    "github.com/go-redis/redis": "redis",
    "github.com/gomodule/redigo": "redis",
    "github.com/bradfitz/gomemcache": "memcached",
    "go.mongodb.org/mongo-driver": "mongodb",
    "github.com/IBM/sarama": "kafka",
    "github.com/segmentio/kafka-go": "kafka",
    "github.com/confluentinc/confluent-kafka-go": "kafka",
    "github.com/rabbitmq/amqp091-go": "rabbitmq",
    "github.com/streadway/amqp": "rabbitmq",
    "github.com/elastic/go-elasticsearch": "elasticsearch",
    "github.com/aws/aws-sdk-go-v2/service/s3": "s3",
    "github.com/aws/aws-sdk-go-v2/service/sqs": "sqs",
}


def read(bundle: Bundle) -> Iterator[Fact]:
    """The module, its framework, and the stores that its clients speak to."""
    for module in bundle.documents(GoModule):
        if not serves_users(module.path):
            continue
        quote = f"module {module.name}"
        yield Fact(Claim.LANGUAGE, "go", module.path, 1, quote)
        for needed in module.modules:
            place = module.path, needed.line, needed.quote, Confidence.DERIVED
            framework = _known(_FRAMEWORKS, needed.name)
            if framework is not None:
                yield Fact(Claim.FRAMEWORK, framework, *place)
            kind = _known(_DEPENDENCIES, needed.name)
            if kind is not None:
                value = {"kind": kind, "name": kind, "client": needed.name}
                yield Fact(Claim.DEPENDENCY, value, *place)


def _known(table: dict[str, str], name: str) -> str | None:
    """A module's later versions carry their number behind the name: `…/chi/v5`."""
    found = (
        value for known, value in table.items() if name == known or name.startswith(f"{known}/")
    )
    return next(found, None)


READER = Reader("go", read)
