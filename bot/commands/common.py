"""What the commands share: exit codes, settings, sentences for errors, the source of objects."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cluster.documents import Keep
    from bot.cluster.files import FileCluster
    from bot.report import Verdict
    from config.settings import Settings


_MOST_PROBLEMS = 10


class Exit(IntEnum):
    """Exit codes that scripts rely on; 64 and 69 are EX_USAGE and EX_UNAVAILABLE of sysexits.h."""

    DONE = 0
    EXPLAINED = 1
    UNEXPLAINED = 2
    INCOMPLETE = 3
    USAGE = 64
    UNAVAILABLE = 69


def exit_code(verdict: Verdict) -> Exit:
    """The exit code of a report."""
    from bot.report import Verdict

    match verdict:
        case Verdict.HEALTHY:
            return Exit.DONE
        case Verdict.EXPLAINED:
            return Exit.EXPLAINED
        case Verdict.UNEXPLAINED:
            return Exit.UNEXPLAINED
        case Verdict.INCOMPLETE:
            return Exit.INCOMPLETE


def add_source_options(parser: ArgumentParser) -> None:
    """Where objects come from: a cluster, or files."""
    group = parser.add_argument_group("where to look")
    group.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    group.add_argument(
        "--from",
        dest="paths",
        metavar="PATH",
        nargs="+",
        default=[],
        help="read objects and logs from files instead: kubectl YAML or JSON, cluster-info dumps,"
        " support bundles, must-gather folders, our snapshots, or - for standard input",
    )
    group.add_argument(
        "--online",
        action="store_true",
        help="with --from: ask registries and GitHub too, as they are now",
    )


def add_output_option(parser: ArgumentParser, *formats: str) -> None:
    """How the answer is printed."""
    parser.add_argument(
        "-o",
        "--output",
        choices=formats,
        default="text",
        help="how to print the answer (default: text)",
    )


def settings_for(options: Namespace) -> Settings:
    """Settings of the environment, with the options of the command line on top.

    Ends the program with one line for each mistake when they cannot be used.
    """
    import msgspec

    from config.load import SettingsError, load

    try:
        settings = load(os.environ)
    except SettingsError as error:
        for problem in error.problems:
            complain(problem)
        sys.exit(Exit.USAGE)
    if getattr(options, "context", None):
        cluster = msgspec.structs.replace(settings.cluster, context=options.context)
        settings = msgspec.structs.replace(settings, cluster=cluster)
    return settings


def file_cluster(paths: list[str], keep: Keep | None = None) -> FileCluster:
    """The cluster that these files describe; what could not be read is said on stderr."""
    from bot.cluster.documents import whole
    from bot.cluster.files import read_files

    cluster = read_files(paths, keep or whole)
    for problem in cluster.problems[:_MOST_PROBLEMS]:
        complain(str(problem))
    if len(cluster.problems) > _MOST_PROBLEMS:
        complain(f"… and {len(cluster.problems) - _MOST_PROBLEMS} more of the like")
    if cluster.skipped:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(cluster.skipped.items()))
        complain(f"Passed over, as no cause reads them: {kinds}.")
    return cluster


def complain(sentence: str) -> None:
    """Say something that is no part of the answer."""
    sys.stderr.write(f"{sentence}\n")


def show(text: str) -> None:
    """Print an answer."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a command; what cannot be reached or used ends in one sentence and the right code."""
    import asyncio
    import logging

    from bot.sources import SourceError
    from config.catalog import CatalogError

    logging.getLogger("stamina").setLevel(logging.ERROR)  # it tells of every attempt at a read
    try:
        return asyncio.run(main())
    except SourceError as error:
        complain(f"Cannot go on: {error.detail or error.reason}.".replace("..", "."))
        if error.fix:
            complain(error.fix)
        return Exit.UNAVAILABLE
    except CatalogError as error:
        complain(f"The catalog cannot be used. {error}")
        return Exit.USAGE
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except KeyboardInterrupt:
        complain("Stopped.")
        return 130
