"""Find the latest orders of a customer without reading everybody's.

Revises: 0002

Only adds. Built while orders are placed: a plain CREATE INDEX would make them wait.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "orders_customer_id_created_at",
            "orders",
            ["customer_id", "created_at"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "orders_customer_id_created_at",
            "orders",
            postgresql_concurrently=True,
            if_exists=True,
        )
