"""Would everything that these manifests need be there? Exit code 1 when something would fail.

Images are asked for at their registries; ConfigMaps, Secrets, claims, accounts, classes, quotas,
nodes, and what Services, Ingresses and autoscalers lead to, are looked up in the cluster of the
current context. Without a cluster only images are checked, and what the manifests tell of each
other. Nothing is changed anywhere.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.commands.common import (
    Exit,
    add_output_option,
    complain,
    run,
    settings_for,
    show,
)

if TYPE_CHECKING:
    from bot.sources import Cluster
    from config.settings import ClusterSettings


EXAMPLES = """\
examples:
  python -m bot preflight deploy/
  helm template api ./chart | python -m bot preflight -
  python -m bot preflight --no-cluster deployment.yaml

exit codes: 0 nothing is missing, 1 something would fail, 3 not everything could be looked at,
            64 wrong usage
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="manifests, folders of them, or - for standard input",
    )
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    parser.add_argument(
        "--no-cluster", action="store_true", help="ask registries only, whatever the cluster has"
    )
    add_output_option(parser, "text", "json")


def execute(options: Namespace) -> int:
    """Check, print, and fail when something would."""
    return run(lambda: _check(options))


async def _check(options: Namespace) -> int:
    from bot.cluster.files import read_files
    from bot.evidence import GapReason
    from bot.preflight import preflight
    from bot.registries import client as registries
    from bot.render.json import encode_answer
    from bot.render.preflight import render

    files = read_files(options.files)
    if files.skipped:
        complain(f"Passed over: {', '.join(sorted(files.skipped))}.")
    settings = settings_for(options)
    async with AsyncExitStack() as stack:
        registry = await stack.enter_async_context(registries.connect(settings.registries))
        cluster: Cluster | None = None
        if not options.no_cluster:
            cluster = await _cluster(stack, settings.cluster)
        found = await preflight(files, cluster, registry)
    show(encode_answer(found).decode() if options.output == "json" else render(found))
    if found.problems:
        return Exit.EXPLAINED
    gaps = [gap for gap in found.gaps if gap.reason is not GapReason.NOT_CONFIGURED]
    return Exit.INCOMPLETE if gaps else Exit.DONE


async def _cluster(stack: AsyncExitStack, settings: ClusterSettings) -> Cluster | None:
    from bot.cluster.client import connect
    from bot.sources import SourceError

    try:
        return await stack.enter_async_context(connect(settings))
    except SourceError as error:
        complain(f"No cluster is looked at: {error.detail or error.reason}.")
        return None
