"""The database is brought to its newest form once, and looked at after that."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.store.database import NEWEST, open_store


def test_newest_revision_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


async def test_database_opens_again_when_it_is_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    for _ in range(2):
        async with open_store(url) as store:
            assert await store.threads.unfinished() == ()
