"""What the bot can and cannot reach, and what would help.

Every part is looked at side by side: settings, cluster and its permissions, GitHub, registries,
Slack, the database, and who may press a button. Nothing is changed anywhere. The exit code is 0
when everything that is configured works, 1 otherwise.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from bot.commands.common import Exit, add_output_option, complain, run, show

if TYPE_CHECKING:
    from bot.doctor.check import Check


EXAMPLES = """\
examples:
  python -m bot doctor
  python -m bot doctor --repository acme/api -o json

exit codes: 0 all that is configured works, 1 something does not, 64 wrong usage
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    parser.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        default="",
        help="try what the GitHub token may do there, besides the catalog's repositories",
    )
    add_output_option(parser, "text", "json")


def execute(options: Namespace) -> int:
    """Look at everything and print it."""
    from config.catalog import is_repository

    if options.repository and not is_repository(options.repository):
        complain(
            f"{options.repository!r} is no repository: name it OWNER/NAME, for example acme/api."
        )
        return Exit.USAGE
    return run(lambda: _examine(options))


async def _examine(options: Namespace) -> int:
    import msgspec

    from bot.doctor.check import Check, State
    from config.load import SettingsError, load

    try:
        settings = load(os.environ)
    except SettingsError as error:
        mistakes = (
            Check(area="settings", state=State.FAILED, says=problem) for problem in error.problems
        )
        return _print(tuple(mistakes), options.output)
    if options.context:
        cluster = msgspec.structs.replace(settings.cluster, context=options.context)
        settings = msgspec.structs.replace(settings, cluster=cluster)
    from bot.doctor import areas, examine

    checks = await examine(settings, looks=areas(repository=options.repository))
    return _print(checks, options.output)


def _print(checks: tuple[Check, ...], output: str) -> int:
    import msgspec

    from bot.render.doctor import render

    works = not any(check.breaks for check in checks)
    if output == "json":
        show(msgspec.json.encode({"works": works, "checks": checks}).decode())
    else:
        show(render(checks))
    return Exit.DONE if works else Exit.EXPLAINED
