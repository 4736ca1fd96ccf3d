"""Runs the migrations on the primary. Where it is, is said by DATABASE_URL."""

from logging.config import dictConfig

import psycopg
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from orders.config import DatabaseSettings
from orders.logs import log_config
from orders.models import Base

dictConfig(log_config("INFO"))


def connect() -> psycopg.Connection:
    url = DatabaseSettings().database_url.get_secret_value()
    # A change that waits for a lock makes every request behind it wait too: better to give up.
    return psycopg.connect(url, connect_timeout=5, options="-c lock_timeout=5000")


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()
