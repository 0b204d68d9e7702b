"""Write what `--from` reads, redacted: for a bug report or a support case.

DIR gets the objects of a namespace (or of all) and what has no namespace, the logs of pods that are
not well, and a list of what was listed. Values of Secrets and ConfigMaps are left out, values of
environment variables that look secret are masked.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.commands.common import Exit, complain, run, settings_for, show

EXAMPLES = """\
examples:
  python -m bot snapshot -n shop ./shop-snapshot
  python -m bot diagnose deploy/api --from ./shop-snapshot

exit codes: 0 written, 64 wrong usage, 69 the cluster could not be reached
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("folder", metavar="DIR", help="a folder that is new or empty")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-n", "--namespace", default="", help="this namespace alone")
    where.add_argument("-A", "--all-namespaces", action="store_true", help="the whole cluster")
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")


def execute(options: Namespace) -> int:
    """Write the snapshot and say what is in it and what is not."""
    folder = Path(options.folder)
    if folder.exists() and not folder.is_dir():
        complain(f"{folder} is a file: name a new folder.")
        return Exit.USAGE
    if folder.exists() and any(folder.iterdir()):
        complain(f"{folder} is not empty: name a new folder, so that nothing is mixed or lost.")
        return Exit.USAGE
    return run(lambda: _snapshot(options, folder))


async def _snapshot(options: Namespace, folder: Path) -> int:
    from bot.cluster.client import connect
    from bot.cluster.snapshot import write_snapshot

    async with connect(settings_for(options).cluster) as cluster:
        namespace = options.namespace or cluster.default_namespace
        spaces = () if options.all_namespaces else (namespace,)
        try:
            written = await write_snapshot(cluster, folder, spaces)
        except OSError as error:
            complain(f"{folder}: cannot be written ({error.strerror})")
            return Exit.USAGE
    for gap in written.gaps:
        complain(f"left out: {gap.subject}: {gap.detail or gap.reason}")
    show(f"{folder}: {written.objects} objects, {written.logs} logs. Read it before you send it.")
    show(f"python -m bot sweep --from {folder}")
    return Exit.DONE
