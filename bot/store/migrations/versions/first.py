"""Threads, actions, follow-ups, events seen, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _threads()
    _actions()
    _follow_ups()
    _journal()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("audit", "events_seen", "follow_ups", "actions", "threads"):
        op.drop_table(table)


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("alert_ts", sa.String(32)),
        sa.Column("root_ts", sa.String(32), nullable=False),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("work", sa.String(16), nullable=False),
        sa.Column("work_leased_until", sa.DateTime),
        sa.Column("wanted", sa.Text),
        sa.Column("wanted_version", sa.Integer, nullable=False),
        sa.Column("shown_version", sa.Integer, nullable=False),
        sa.Column("render_hash", sa.String(64), nullable=False),
        sa.Column("report", sa.Text),
        sa.Column("post_claimed_at", sa.DateTime),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("team", "channel", "alert_ts", name="one_reply_per_alert"),
    )
    op.create_index("threads_by_message", "threads", ["team", "channel", "message_ts"])
    op.create_index("threads_by_work", "threads", ["work"])


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("thread_id", sa.String(32), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claimed_by", sa.String(32), nullable=False),
        sa.Column("claimed_name", sa.Text, nullable=False),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("actions_by_thread", "actions", ["thread_id", "state"])


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("thread_id", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("deadline", sa.DateTime, nullable=False),
        sa.Column("ready_since", sa.DateTime),
        sa.Column("journey", sa.Text, nullable=False),
        sa.Column("leased_until", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
    )
    op.create_index("follow_ups_by_thread", "follow_ups", ["thread_id"])


def _journal() -> None:
    op.create_table(
        "events_seen",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("action_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
