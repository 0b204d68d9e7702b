"""Which workload an alert is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
_INDEX = "threads_by_workload"


def upgrade() -> None:
    """Add the column; of what is there nobody knows it."""
    workload = sa.Column("workload", sa.String(400), nullable=False, server_default="")
    op.add_column("threads", workload)
    op.create_index(_INDEX, "threads", ["team", "channel", "workload"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(_INDEX, "threads")
    op.drop_column("threads", "workload")
