"""Everything that differs from one environment to the next, read from the environment."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """What migrations need, which run before the service is given anything else."""

    # hide_input_in_errors: a URL with a password in it never reaches a log.
    model_config = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)

    database_url: SecretStr
    """A libpq URL. After a failover the service finds the new primary by itself if the URL names
    both hosts: ``postgresql://a:5432,b:5432/orders?target_session_attrs=read-write``."""

    database_standby_url: SecretStr | None = None


class Settings(DatabaseSettings):
    """What the service needs."""

    redis_url: SecretStr
    payments_url: HttpUrl
    payments_api_key: SecretStr

    # A container's port is published by its platform, so the service listens on every interface.
    host: str = "0.0.0.0"
    port: int = Field(default=8000, ge=1, le=65535)
    web_concurrency: int = Field(default=2, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    tls_cert_file: Path | None = None
    tls_key_file: Path | None = None
    prometheus_multiproc_dir: Path | None = None

    @model_validator(mode="after")
    def _tls_needs_both_files(self) -> Self:
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("TLS_CERT_FILE and TLS_KEY_FILE are set together or not at all")
        return self
