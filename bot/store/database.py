"""The database: where it is, its newest form, and the engine for the scheduler's jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.absences import Absences
from bot.store.actions import Actions
from bot.store.channels import Channels
from bot.store.followups import FollowUps
from bot.store.journal import Journal
from bot.store.mutes import Mutes
from bot.store.statements import Statements
from bot.store.tables import metadata
from bot.store.threads import Threads

_USUAL = Path("~/.local/state/whyfailing/whyfailing.db")
_BUSY_SECONDS = 5
NEWEST = "0004"
"""The revision that this version of the bot needs."""
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Where Alembic keeps the revision (alembic.runtime.migration.MigrationContext)."""
_MIGRATION_LOCK = 7_308_121
"""Any number: PostgreSQL's key of the lock that lets one replica migrate at a time."""


class Store:
    """All tables, and the engine that the scheduler keeps its jobs with."""

    def __init__(self, engine: AsyncEngine, statements: Statements, jobs: Engine) -> None:
        self._engine = engine
        self.jobs = jobs
        self.threads = Threads(statements)
        self.actions = Actions(statements)
        self.follow_ups = FollowUps(statements)
        self.mutes = Mutes(statements)
        self.channels = Channels(statements)
        self.absences = Absences(statements)
        self.journal = Journal(statements)

    @property
    def alone(self) -> bool:
        """Whether no other process can share it, so that leases found at the start are dead."""
        return self._engine.dialect.name == "sqlite"


def url_of(configured: str) -> str:
    """The database's URL; SQLite in the user's state folder where none is configured."""
    return configured or f"sqlite+aiosqlite:///{_USUAL.expanduser()}"


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the database of this URL (an async driver) and bring it to its newest form."""
    parsed = make_url(url)
    _make_folder(parsed)
    engine = create_async_engine(parsed, isolation_level="AUTOCOMMIT")
    jobs = create_engine(synchronous(parsed), isolation_level="AUTOCOMMIT")
    statements = Statements(engine)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
        event.listen(jobs, "connect", _tune_sqlite)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
        yield Store(engine, statements, jobs)
    finally:
        await statements.drain()
        await engine.dispose()
        jobs.dispose()


def revision_of(connection: Connection) -> str | None:
    """The revision that the database has; None when its tables were not all made."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def upgrade(connection: Connection) -> None:
    """Make the tables, or run the migrations that are missing; one process at a time."""
    if revision_of(connection) == NEWEST:
        return
    shared = connection.dialect.name == "postgresql"
    if shared:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    try:
        match revision_of(connection):
            case None:
                metadata.create_all(connection)
                _VERSION.create(connection, checkfirst=True)
                connection.execute(_VERSION.insert().values(version_num=NEWEST))
            case str() as revision if revision != NEWEST:
                migrate(connection)
            case _:
                pass  # another replica was here first
    finally:
        if shared:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations that are missing, up to a revision."""
    # Alembic weighs 9 MB, which a bot whose database is up to date need not carry for months.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def synchronous(url: URL) -> URL:
    """Give the same database's URL with a driver that blocks: the scheduler knows no other."""
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    return url.set(drivername=drivers[url.get_backend_name()])


def _make_folder(url: URL) -> None:
    """Make place for SQLite's file, which nobody else on the machine may read."""
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)  # the files beside it take over its mode


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection has no type
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
