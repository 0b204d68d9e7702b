"""Rows survive, claims are given once, and the tables are what the migrations make."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, make_url, text

from bot.render.states import Investigating, Task
from bot.sources import Query
from bot.store import Store, open_store
from bot.store.database import NEWEST, migrate, revision_of, synchronous
from bot.store.records import (
    ActionState,
    Asked,
    AuditEntry,
    FollowUp,
    Journey,
    Offered,
    Phase,
    Source,
    Thread,
    Work,
)
from bot.store.tables import metadata
from tests.reports import NOON, RERUN, TARGET, report

MINUTE = timedelta(minutes=1)


def thread(name: str = "t1", alert_ts: str | None = "1.1") -> Thread:
    return Thread(
        id=name,
        team="T",
        channel="C",
        alert_ts=alert_ts,
        root_ts=alert_ts or "",
        asked=Asked(source=Source.ALERT, queries=(Query(name="api", namespace="shop"),)),
        created_at=NOON,
        updated_at=NOON,
    )


def offered(name: str = "a1") -> Offered:
    return Offered(id=name, thread_id="t1", action=RERUN, expires_at=NOON + MINUTE)


def follow_up(name: str = "f1") -> FollowUp:
    journey = Journey(
        target=TARGET, action=RERUN, started_at=NOON, tasks=(Task(key="k", title="t"),)
    )
    return FollowUp(
        id=name,
        thread_id="t1",
        phase=Phase.RUN,
        deadline=NOON + MINUTE,
        ready_since=NOON,
        journey=journey,
    )


async def test_everything_comes_back_when_database_is_opened_again(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new/folder/bot.db"
    state = Investigating(target=TARGET, started_at=NOON)
    async with open_store(url) as store:
        await store.threads.open(thread())
        await store.threads.report("t1", report(), "")
        await store.threads.want("t1", state, NOON + MINUTE)
        await store.actions.offer(offered())
        await store.follow_ups.start(follow_up())
    async with open_store(url) as store:
        kept = await store.threads.one("t1")
        assert kept is not None
        assert (kept.wanted, kept.report, kept.wanted_version) == (state, report(), 1)
        assert (kept.asked, kept.updated_at) == (thread().asked, NOON + MINUTE)
        assert await store.actions.one("a1") == offered()
        assert await store.follow_ups.open_ones() == (follow_up(),)


async def test_second_thread_is_refused_when_alert_has_one(store: Store) -> None:
    assert await store.threads.open(thread("t1"))
    assert not await store.threads.open(thread("t2"))
    assert await store.threads.open(thread("t3", alert_ts=None))
    assert await store.threads.open(thread("t4", alert_ts=None))
    assert [t.id for t in await store.threads.unfinished()] == ["t1", "t3", "t4"]


async def test_only_one_click_wins_when_many_come_at_once(store: Store) -> None:
    await store.actions.offer(offered())
    clicks = [store.actions.claim("a1", f"U{n}", f"name {n}", NOON) for n in range(8)]
    assert sorted(await asyncio.gather(*clicks)) == [False] * 7 + [True]
    assert await store.actions.begin("a1")
    assert not await store.actions.begin("a1")


async def test_claim_is_refused_when_button_has_expired(store: Store) -> None:
    await store.actions.offer(offered())
    assert not await store.actions.claim("a1", "U", "n", NOON + 2 * MINUTE)
    await store.actions.retire("t1")
    assert not await store.actions.claim("a1", "U", "n", NOON)
    kept = await store.actions.one("a1")
    assert kept is not None
    assert kept.state is ActionState.EXPIRED


async def test_right_to_post_is_given_once_when_nothing_was_posted(store: Store) -> None:
    await store.threads.open(thread())
    assert await store.threads.claim_post("t1", NOON)
    assert not await store.threads.claim_post("t1", NOON)
    await store.threads.release_post("t1")
    assert await store.threads.claim_post("t1", NOON)
    await store.threads.posted("t1", "2.2")
    await store.threads.release_post("t1")
    assert not await store.threads.claim_post("t1", NOON)


async def test_message_is_stale_until_newest_version_is_shown(store: Store) -> None:
    await store.threads.open(thread())
    state = Investigating(target=TARGET, started_at=NOON)
    await store.threads.want("t1", state, NOON)
    await store.threads.want("t1", state, NOON)
    await store.threads.shown("t1", 1, "h1")
    assert [t.id for t in await store.threads.stale()] == ["t1"]
    await store.threads.shown("t1", 2, "h2")
    await store.threads.shown("t1", 1, "h1")
    assert await store.threads.stale() == ()
    kept = await store.threads.one("t1")
    assert kept is not None
    assert kept.render_hash == "h2"


async def test_lease_is_exclusive_until_it_ends(store: Store) -> None:
    await store.follow_ups.start(follow_up())
    assert not await store.follow_ups.start(follow_up())
    assert await store.follow_ups.lease("f1", NOON, MINUTE) is not None
    assert await store.follow_ups.lease("f1", NOON, MINUTE) is None
    assert await store.follow_ups.lease("f1", NOON + 2 * MINUTE, MINUTE) is not None
    await store.follow_ups.release("f1")
    assert await store.follow_ups.close("f1", NOON)
    assert not await store.follow_ups.close("f1", NOON)
    assert await store.follow_ups.lease("f1", NOON + 9 * MINUTE, MINUTE) is None
    assert not await store.follow_ups.save(follow_up())


async def test_work_is_done_once_when_two_want_it(store: Store) -> None:
    await store.threads.open(thread())
    assert await store.threads.claim_work("t1", NOON, MINUTE)
    assert not await store.threads.claim_work("t1", NOON, MINUTE)
    await store.threads.release_all()
    assert await store.threads.claim_work("t1", NOON, MINUTE)
    await store.threads.end_work("t1", Work.GONE)
    await store.threads.end_work("t1", Work.DONE)
    kept = await store.threads.one("t1")
    assert kept is not None
    assert kept.work is Work.GONE


async def test_event_is_new_once(store: Store) -> None:
    assert await store.journal.first_sight("Ev1", NOON)
    assert not await store.journal.first_sight("Ev1", NOON)
    await store.journal.forget_before(NOON + MINUTE)
    assert await store.journal.first_sight("Ev1", NOON)


async def test_audit_keeps_order(store: Store) -> None:
    entries = [
        AuditEntry(
            at=NOON, team="T", channel="C", user_id="U", what=f"click {n}", decision="refused"
        )
        for n in range(3)
    ]
    for entry in entries:
        await store.journal.write(entry)
    assert await store.journal.entries("C") == tuple(entries)


def engine_of(url: str) -> Engine:
    return create_engine(synchronous(make_url(url)), isolation_level="AUTOCOMMIT")


def differences(url: str) -> list[object]:
    """What the tables lack to be as the code wants them."""
    engine = engine_of(url)
    with engine.connect() as connection:
        found = list(compare_metadata(MigrationContext.configure(connection), metadata))
        assert revision_of(connection) == NEWEST
    engine.dispose()
    return found


async def test_new_database_is_what_the_migrations_would_make(database_url: str) -> None:
    async with open_store(database_url):
        pass
    assert differences(database_url) == []


async def test_old_database_is_migrated_and_keeps_its_rows(database_url: str) -> None:
    engine = engine_of(database_url)
    with engine.connect() as connection:
        migrate(connection, "0001")
        assert revision_of(connection) == "0001"
        connection.execute(
            text(
                "INSERT INTO threads (id, team, channel, root_ts, asked, work, wanted_version,"
                " shown_version, render_hash, created_at, updated_at) VALUES ('t1', 'T', 'C', '',"
                " '{\"source\": \"alert\"}', 'done', 0, 0, '', '2026-03-01 00:00:00.000000',"
                " '2026-03-01 00:00:00.000000')"
            )
        )
    engine.dispose()
    async with open_store(database_url) as store:
        kept = await store.threads.one("t1")
    assert kept is not None
    assert kept.workload == ""
    assert differences(database_url) == []


@pytest.mark.parametrize("made", [("threads",), ("threads", "alembic_version")])
async def test_database_whose_making_was_interrupted_is_completed(
    database_url: str, made: tuple[str, ...]
) -> None:
    engine = engine_of(database_url)
    with engine.connect() as connection:
        metadata.tables["threads"].create(connection)
        if "alembic_version" in made:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    engine.dispose()
    async with open_store(database_url):
        pass
    assert differences(database_url) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no replicas
async def test_replicas_that_start_together_make_one_database(database_url: str) -> None:
    async def start() -> None:
        async with open_store(database_url):
            pass

    await asyncio.gather(*(start() for _ in range(4)))
    assert differences(database_url) == []
