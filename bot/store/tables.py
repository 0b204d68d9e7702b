"""The tables, as the newest migration leaves them (a test compares)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from bot.render.states import State
from bot.report import Action, Report
from bot.store.columns import Stored, UTCTime
from bot.store.records import Asked, Journey

metadata = MetaData()

threads = Table(
    "threads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("alert_ts", String(32)),
    Column("root_ts", String(32), nullable=False),
    Column("message_ts", String(32)),
    Column("workload", String(400), nullable=False),
    Column("cause", String(400), nullable=False),
    Column("asked", Stored(Asked), nullable=False),
    Column("work", String(16), nullable=False),
    Column("work_leased_until", UTCTime()),
    Column("wanted", Stored(State)),
    Column("wanted_version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("render_hash", String(64), nullable=False),
    Column("report", Stored(Report)),
    Column("post_claimed_at", UTCTime()),
    Column("created_at", UTCTime(), nullable=False),
    Column("updated_at", UTCTime(), nullable=False),
    UniqueConstraint("team", "channel", "alert_ts", name="one_reply_per_alert"),
    Index("threads_by_message", "team", "channel", "message_ts"),
    Index("threads_by_work", "work"),
    Index("threads_by_workload", "team", "channel", "workload"),
    Index("threads_by_cause", "team", "channel", "cause"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("thread_id", String(32), nullable=False),
    Column("action", Stored(Action), nullable=False),
    Column("state", String(16), nullable=False),
    Column("claimed_by", String(32), nullable=False),
    Column("claimed_name", Text, nullable=False),
    Column("claimed_at", UTCTime()),
    Column("finished_at", UTCTime()),
    Column("result", Text, nullable=False),
    Column("expires_at", UTCTime(), nullable=False),
    Index("actions_by_thread", "thread_id", "state"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("thread_id", String(32), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("deadline", UTCTime(), nullable=False),
    Column("ready_since", UTCTime()),
    Column("journey", Stored(Journey), nullable=False),
    Column("leased_until", UTCTime()),
    Column("closed_at", UTCTime()),
    Index("follow_ups_by_thread", "thread_id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("cluster", String(253), nullable=False),
    Column("workload", String(400), nullable=False),
    Column("causes", Stored(tuple[str, ...]), nullable=False),
    Column("thread_id", String(32), nullable=False),
    Column("by_user", String(32), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("since", UTCTime(), nullable=False),
    Column("until", UTCTime()),
    Column("ended_at", UTCTime()),
    Index("mutes_by_workload", "team", "workload"),
)

channels = Table(
    "channels",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("answering", String(16), nullable=False),
    Column("by_user", String(32), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UTCTime(), nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("why", Text, nullable=False),
    Column("since", UTCTime(), nullable=False),
)

events_seen = Table(
    "events_seen",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("seen_at", UTCTime(), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UTCTime(), nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("message_ts", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("action_id", String(32), nullable=False),
    Column("what", String(64), nullable=False),
    Column("decision", String(32), nullable=False),
    Column("detail", Text, nullable=False),
)
