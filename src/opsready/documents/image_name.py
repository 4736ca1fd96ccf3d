"""The name of a container image, as Dockerfiles, manifests and pipelines spell it."""

import re
from dataclasses import dataclass

_UNKNOWN = re.compile(r"[$<>{}]")
# What Docker Hub's official images are commonly prefixed with by mirrors and re-packagers.
_KINDS = (
    ("postgresql", r"postgres|postgresql|postgis|timescaledb|pgvector"),
    ("mysql", r"mysql|mariadb|percona"),
    ("redis", r"redis|valkey|keydb|redis-stack(-server)?"),
    ("memcached", r"memcached"),
    ("mongodb", r"mongo|mongodb(-community-server)?"),
    ("kafka", r"(cp-)?kafka|redpanda"),
    ("rabbitmq", r"rabbitmq"),
    ("elasticsearch", r"elasticsearch|opensearch"),
    ("s3", r"minio|localstack"),
    ("smtp", r"mailhog|mailpit|maildev|mailcatcher|postfix"),
)
_KIND_OF_NAME = [(kind, re.compile(rf"^({names})$")) for kind, names in _KINDS]


@dataclass(frozen=True)
class ImageName:
    """`repository` includes the registry; `tag` and `digest` are empty where they are not given.

    What contains a variable is kept as written, and `is_known` is false.
    """

    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> "ImageName":
        """Split a name; a colon before the last slash belongs to a registry's port."""
        name, _, digest = text.partition("@")
        head, slash, last = name.rpartition("/")
        last, _, tag = last.partition(":") if "${" not in last else (last, "", "")
        return cls(f"{head}{slash}{last}", tag, digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")

    @property
    def is_known(self) -> bool:
        """Whether every part of it is written out."""
        return not any(map(_UNKNOWN.search, (self.repository, self.tag, self.digest)))

    @property
    def moves(self) -> bool:
        """Whether the same name can mean another image tomorrow: no tag, or one that is reused."""
        if self.digest or not self.is_known:
            return False
        moving = {"", "latest", "main", "master", "develop", "dev", "edge", "nightly", "stable"}
        return self.tag.lower() in moving

    @property
    def short_name(self) -> str:
        """The last part of the repository: `postgres` of `docker.io/bitnami/postgres:16`."""
        return self.repository.rpartition("/")[2]

    @property
    def service_kind(self) -> str | None:
        """The kind of dependency that this image runs; None where the name does not say."""
        name = self.short_name.lower()
        return next((kind for kind, names in _KIND_OF_NAME if names.match(name)), None)
