"""The Slack bot: Socket Mode by default, HTTP with SLACK_MODE=http.

It needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET for http). `doctor` says what
else is missing.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bot.commands.common import Exit, complain, run, settings_for

EXAMPLES = """\
examples:
  python -m bot run
  SLACK_BOT_TOKEN_FILE=/run/secrets/bot SLACK_APP_TOKEN_FILE=/run/secrets/app python -m bot run

Settings: docs/configuration.md. Setting up Slack: docs/slack.md.
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command: there are none, everything is a setting."""


def set_log_levels(wanted: str) -> None:
    """Let our own parts log from this level on, and libraries nothing that is secret."""
    import logging

    level = logging.getLevelNamesMapping()[wanted]
    # At DEBUG they print whole payloads, response URLs and the ticket of the socket.
    logging.getLogger().setLevel(max(level, logging.INFO))
    for ours in ("bot", "handlers"):
        logging.getLogger(ours).setLevel(level)
    # These print every address that is asked, the signed ones of log downloads included.
    for client in ("httpx", "httpcore"):
        logging.getLogger(client).setLevel(max(level, logging.WARNING))


def execute(options: Namespace) -> int:
    """Run until it is told to stop."""
    import logging

    from bot.app import CannotRunError, build

    settings = settings_for(options)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    set_log_levels(settings.log_level)

    async def serve() -> int:
        async with build(settings) as bot:
            await bot.run()
        return Exit.DONE

    try:
        return run(serve)
    except CannotRunError as error:
        complain(str(error))
        return Exit.USAGE
