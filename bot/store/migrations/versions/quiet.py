"""What many workloads share, mutes, and what each channel chose to hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_INDEX = "threads_by_cause"


def upgrade() -> None:
    """Add the column and the tables; of what is there nobody knows the cause."""
    cause = sa.Column("cause", sa.String(400), nullable=False, server_default="")
    op.add_column("threads", cause)
    op.create_index(_INDEX, "threads", ["team", "channel", "cause"])
    op.create_table(
        "mutes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("cluster", sa.String(253), nullable=False),
        sa.Column("workload", sa.String(400), nullable=False),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("thread_id", sa.String(32), nullable=False),
        sa.Column("by_user", sa.String(32), nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
    )
    op.create_index("mutes_by_workload", "mutes", ["team", "workload"])
    op.create_table(
        "channels",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("answering", sa.String(16), nullable=False),
        sa.Column("by_user", sa.String(32), nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("channels")
    op.drop_table("mutes")
    op.drop_index(_INDEX, "threads")
    op.drop_column("threads", "cause")
