"""The database: can it be opened, and is it of the newest form. Nothing is changed."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.doctor.check import Check, State, Subject, within
from bot.redact import one_line
from bot.store import url_of
from bot.store.database import NEWEST, revision_of
from config.settings import Settings

_AREA = "database"
_FAILURES = (SQLAlchemyError, OSError, ImportError)
"""ImportError: the driver of the URL is not installed."""
_KINDS = ("sqlite", "postgresql")


async def look(settings: Settings) -> tuple[Check, ...]:
    """Open it and read which migration it has."""
    needed = bool(settings.slack.bot_token or settings.database_url)
    try:
        url = make_url(url_of(settings.database_url))
    except ArgumentError:
        return (_unusable("DATABASE_URL is no URL"),)
    if url.get_backend_name() not in _KINDS:
        return (_unusable(f"DATABASE_URL names {one_line(url.get_backend_name(), 40)}"),)
    subject = Subject(area=_AREA, about=_shown(url), needed=needed)
    return await within(subject, _look(url, needed=needed))


async def _look(url: URL, *, needed: bool) -> tuple[Check, ...]:
    try:
        engine = create_async_engine(url)
        if _is_no_file_yet(url):
            return (_new_file(url, needed=needed),)
        try:
            async with engine.connect() as connection:
                has = await connection.run_sync(revision_of)
        finally:
            await engine.dispose()
    except _FAILURES as error:
        return (_unreachable(url, error, needed=needed),)
    return (_opened(url, has),)


def _unusable(says: str) -> Check:
    fix = "set DATABASE_URL like postgresql+asyncpg://USER:PASSWORD@HOST/NAME, or leave it out"
    return Check(area=_AREA, state=State.FAILED, says=says, fix=fix)


def _opened(url: URL, has: str | None) -> Check:
    if has is not None and has > NEWEST:  # revisions are numbers of one length
        says = f"{_shown(url)}: made by a newer version of the bot ({one_line(has, 40)})"
        fix = "run that version, or set DATABASE_URL to another database"
        return Check(area=_AREA, state=State.FAILED, says=says, fix=fix)
    form = "of the newest form" if has == NEWEST else "it is migrated when the bot starts"
    return Check(area=_AREA, state=State.OK, says=f"{_shown(url)}: {form}")


def _shown(url: URL) -> str:
    """The URL without what is secret in it, be it in a parameter."""
    return one_line(url.set(query={}).render_as_string(hide_password=True))


def _is_no_file_yet(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


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
    fix = "check DATABASE_URL, and that the database runs and lets this user in"
    if isinstance(error, ImportError) and url.get_backend_name() == "postgresql":
        fix = "pip install asyncpg 'psycopg[binary]'"
    return Check(
        area=_AREA,
        state=State.FAILED,
        says=f"{_shown(url)} cannot be opened: {why}",
        fix=fix,
        needed=needed,
    )
