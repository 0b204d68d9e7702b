"""The command line: `python -m bot COMMAND`; each command is a file of `bot.commands`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from typing import NoReturn

from bot import __version__

USAGE_ERROR = 64  # EX_USAGE of sysexits.h

COMMANDS = {
    "diagnose": "follow one failing pod or workload to its root cause",
    "explain": "say what one error message means",
    "sweep": "every failing workload, grouped by root cause",
    "image": "can this image be pulled, and if not, what is near",
    "preflight": "would everything these manifests need be there",
    "snapshot": "write what `diagnose --from` reads, redacted",
    "doctor": "what the bot can and cannot reach, and what would help",
    "run": "the Slack bot",
}

_EXAMPLES = """\
examples:
  python -m bot diagnose api-7d9f8c-x2x4z -n shop     one pod; also deploy/api, pvc/data, svc/web
  python -m bot diagnose deploy/api --from ./dump     from files that somebody sent you
  python -m bot explain "0/3 nodes are available: 3 Insufficient memory."
  python -m bot image ghcr.io/acme/api:1.4.2
  python -m bot doctor

`python -m bot COMMAND --help` explains each. Settings: docs/configuration.md.
exit codes: 0 healthy or done, 1 a failure was explained, 2 not explained, 3 incomplete,
            64 wrong usage, 69 a source could not be reached
"""


class Parser(ArgumentParser):
    """Like argparse's, with the exit code that scripts can tell from an unexplained failure."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to learn more."""
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: {message}\nTry `{self.prog} --help`.\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    parser = Parser(
        prog="python -m bot",
        description="Why is this pod failing, and what do I press to fix it?",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"whyfailing {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in words if not word.startswith("-")), "")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            prog=f"python -m bot {name}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        if name == chosen:  # only the command that runs is imported: the help stays quick
            module = import_module(f"bot.commands.{name}")
            command.description = module.__doc__
            command.epilog = module.EXAMPLES
            module.configure(command)
            command.set_defaults(execute=module.execute)
    options, unknown = parser.parse_known_args(words)
    if unknown:
        commands.choices[options.command].error(f"unrecognized arguments: {' '.join(unknown)}")
    code: int = options.execute(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
