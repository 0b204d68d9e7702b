"""What the bot's own log may say."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.commands.run import set_log_levels

_NAMES = ("", "bot", "handlers", "httpx", "httpcore")


@pytest.fixture
def _levels() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in _NAMES}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("_levels")
@pytest.mark.parametrize("wanted", ["DEBUG", "INFO", "ERROR"])
def test_libraries_stay_quiet_whatever_the_level(wanted: str) -> None:
    set_log_levels(wanted)
    talks = {
        name: logging.getLogger(name).isEnabledFor(level)
        for name, level in (
            ("bot.collect.asking", logging.getLevelNamesMapping()[wanted]),
            ("slack_sdk.web.async_client", logging.DEBUG),
            ("slack_bolt.AsyncApp", logging.DEBUG),
            ("httpcore.http11", logging.INFO),
            ("httpx", logging.INFO),
        )
    }
    assert [name for name, may in talks.items() if may] == ["bot.collect.asking"]
