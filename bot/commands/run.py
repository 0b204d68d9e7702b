"""The Slack bot: Socket Mode by default, HTTP with SLACK_MODE=http.

It needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET for http). `doctor` says what
else is missing.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bot.commands.common import Exit, complain, run, settings_for


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command: there are none, everything is a setting."""
    parser.epilog = "Settings: docs/configuration.md. Setting up Slack: docs/slack.md."


def execute(options: Namespace) -> int:
    """Run until it is told to stop."""
    import logging

    from bot.app import CannotRunError, build

    settings = settings_for(options)
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # At INFO it prints every address that is asked, the signed ones of log downloads included.
    logging.getLogger("httpx").setLevel(logging.WARNING)

    async def serve() -> int:
        async with build(settings) as bot:
            await bot.run()
        return Exit.DONE

    try:
        return run(serve)
    except CannotRunError as error:
        complain(str(error))
        return Exit.USAGE
