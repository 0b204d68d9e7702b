"""Database, catalog and access lists."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.doctor import State
from bot.doctor.local import look_at_access
from config.settings import AccessSettings, Settings
from tests.doctor.asking import the_only


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("url", "state", "says"),
    [
        ("sqlite+aiosqlite:///{folder}/new/bot.db", State.OK, "will be made when the bot starts"),
        ("nonsense", State.FAILED, "DATABASE_URL is no URL"),
        ("mysql+aiomysql://h/x", State.FAILED, "DATABASE_URL names mysql"),
        ("sqlite+nodriver:///{folder}/x.db", State.FAILED, "nodriver"),
        ("sqlite+aiosqlite:///{folder}/garbage.db", State.FAILED, "file is not a database"),
        ("sqlite+aiosqlite:///{folder}/empty.db", State.OK, "it is migrated when the bot starts"),
    ],
)
async def test_database_is_looked_at_and_not_changed(
    tmp_path: Path, url: str, state: State, says: str
) -> None:
    (tmp_path / "garbage.db").write_bytes(b"no database at all " * 100)
    (tmp_path / "empty.db").touch()
    check = await the_only(Settings(database_url=url.format(folder=tmp_path)), "database")
    assert check.state is state
    assert says in check.says
    assert files_of(tmp_path) == ["empty.db", "garbage.db"]


async def test_driver_to_install_is_named_when_it_is_absent() -> None:
    url = "postgresql+psycopg2://bot@127.0.0.1/x"  # a driver that we do not use
    check = await the_only(Settings(database_url=url), "database")
    assert check.says == f"{url} cannot be opened: No module named 'psycopg2'"
    assert check.fix == "pip install asyncpg 'psycopg[binary]'"


async def test_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    check = await the_only(Settings(database_url=url), "database")
    assert check.breaks
    assert check.says == f"{url}: made by a newer version of the bot (9999)"


async def test_what_is_no_id_lets_nobody_press() -> None:
    access = AccessSettings(users=("U0ADA", "@lin"), channels=("#deploys",))
    checks = await look_at_access(Settings(access=access))
    assert [(check.says, check.breaks) for check in checks] == [
        ("access.users: '@lin' is no id, so it lets nobody press a button", True),
        ("access.channels: '#deploys' is no id, so it lets nobody press a button", True),
    ]


async def test_empty_access_lists_are_a_warning() -> None:
    (check,) = await look_at_access(Settings(access=AccessSettings()))
    assert (check.state, check.breaks) == (State.NOT_SET, False)
    assert check.says == "nobody may press a button that changes something"


async def test_broken_catalog_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text("images: 3")
    check = await the_only(Settings(catalog=str(path)), "catalog")
    assert check.breaks
    assert str(path) in check.says
