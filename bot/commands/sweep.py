"""Every failing workload, grouped by root cause, worst first.

The cluster alone is asked, in few requests. With --deep, where an image cannot be pulled, the first
workload that wants it is followed on into registry, repository and workflow, as by `diagnose`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from bot.commands.common import (
    Exit,
    add_output_option,
    add_source_options,
    file_cluster,
    run,
    settings_for,
    show,
)

EXAMPLES = """\
examples:
  python -m bot sweep -n shop
  python -m bot sweep -A --deep
  python -m bot sweep --from ./bundle -o json

exit codes: 0 nothing fails, 1 something fails and is explained, 2 something fails and is not,
            3 not everything could be looked at, 64 wrong usage, 69 the cluster could not be reached
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-n", "--namespace", default="", help="this namespace alone")
    where.add_argument("-A", "--all-namespaces", action="store_true", help="the whole cluster")
    add_source_options(parser)
    parser.add_argument(
        "--deep", dest="online", action="store_true", help="follow images on to their builds"
    )
    add_output_option(parser, "text", "json")


def execute(options: Namespace) -> int:
    """Sweep, print, and say by the exit code whether something fails."""
    return run(lambda: _sweep(options))


async def _sweep(options: Namespace) -> int:
    from bot.connect import connect
    from bot.render.json import encode_answer
    from bot.render.sweep import render
    from bot.sweep import sweep
    from bot.sweep.brief import brief
    from bot.sweep.deep import deepened

    keep = None if options.online else brief  # what is followed on needs its neighbours whole
    cluster = file_cluster(options.paths, keep) if options.paths else None
    online = options.online
    async with connect(settings_for(options), cluster=cluster, online=online) as sources:
        namespace = options.namespace
        if not namespace and not options.all_namespaces and cluster is None:
            namespace = sources.cluster.default_namespace
        found = await sweep(sources.cluster, namespace)
        if online:
            found = await deepened(found, sources)
    show(encode_answer(found).decode() if options.output == "json" else render(found))
    if found.groups:
        return Exit.EXPLAINED
    if found.unexplained:
        return Exit.UNEXPLAINED
    return Exit.INCOMPLETE if found.gaps else Exit.DONE
