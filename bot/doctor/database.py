"""The database: can it be opened, and is it of the newest form. Nothing is changed."""

from __future__ import annotations

import os
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.doctor.check import Check, State
from bot.redact import one_line
from bot.store import url_of
from config.settings import Settings

_AREA = "database"
_FAILURES = (SQLAlchemyError, OSError, ImportError)
"""ImportError: the driver of the URL is not installed."""


async def look(settings: Settings) -> tuple[Check, ...]:
    """Open it and read which migration it has."""
    try:
        url = make_url(url_of(settings.database_url))
    except ArgumentError:
        fix = "set DATABASE_URL like postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
        return (Check(area=_AREA, state=State.FAILED, says="its URL is none", fix=fix),)
    needed = bool(settings.slack.bot_token or settings.database_url)
    try:
        engine = create_async_engine(url)
        if _is_no_file_yet(url):
            return (_new_file(url, needed=needed),)
        try:
            async with engine.connect() as connection:
                has = await connection.run_sync(_revision)
        finally:
            await engine.dispose()
    except _FAILURES as error:
        return (_unreachable(url, error, needed=needed),)
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    form = "of the newest form" if has == newest else "it is migrated when the bot starts"
    says = f"{url.render_as_string(hide_password=True)}: {form}"
    return (Check(area=_AREA, state=State.OK, says=says),)


def _is_no_file_yet(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config


def _new_file(url: URL, *, needed: bool) -> Check:
    """A SQLite file that the bot would make: can it?"""
    folder = Path(url.database or "").absolute().parent
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK):
        says = f"{url.database} will be made when the bot starts"
        return Check(area=_AREA, state=State.OK, says=says, needed=False)
    return Check(
        area=_AREA,
        state=State.FAILED,
        says=f"{url.database} cannot be made: {folder} is not writable",
        fix="set DATABASE_URL, or make the folder writable",
        needed=needed,
    )


def _unreachable(url: URL, error: Exception, *, needed: bool) -> Check:
    why = one_line(str(getattr(error, "orig", None) or error), 200)
    return Check(
        area=_AREA,
        state=State.FAILED,
        says=f"{url.render_as_string(hide_password=True)} cannot be opened: {why}",
        fix="check DATABASE_URL, and that the database runs and lets this user in",
        needed=needed,
    )
