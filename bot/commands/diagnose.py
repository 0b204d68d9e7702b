"""Follow one failing pod or workload to its root cause.

POD is a pod's name, or kind/name with kubectl's names and short names: deploy/api, sts/db,
job/import, pvc/data, svc/web, node/n1. The beginning of a name is enough where it is unique.
On a terminal the chain is shown while it is followed; piped, only the report is printed.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.common import (
    Exit,
    add_output_option,
    add_source_options,
    complain,
    exit_code,
    file_cluster,
    run,
    settings_for,
    show,
)

if TYPE_CHECKING:
    from bot.evidence import Evidence, Target
    from bot.report import Report
    from bot.sources import Cluster, Query


EXAMPLES = """\
examples:
  python -m bot diagnose api-7d9f8c-x2x4z -n shop
  python -m bot diagnose deploy/api -n shop -o markdown > report.md
  python -m bot diagnose sts/db --from ./bundle --save evidence.json
  python -m bot diagnose --replay evidence.json

exit codes: 0 healthy, 1 explained, 2 not explained, 3 incomplete: the report says what could not
            be looked at, 64 wrong usage, 69 the cluster could not be reached
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("target", metavar="POD", nargs="*", help="a pod, or kind/name")
    parser.add_argument("-n", "--namespace", default="", help="the namespace it lives in")
    add_source_options(parser)
    add_output_option(parser, "text", "json", "markdown", "slack")
    saved = parser.add_argument_group("evidence")
    saved.add_argument("--save", metavar="FILE", help="write everything that was seen")
    saved.add_argument("--replay", metavar="FILE", help="report on saved evidence, ask nothing")


def execute(options: Namespace) -> int:
    """Diagnose, print, and return the exit code of the verdict."""
    if options.replay:
        return _replay(options)
    if not options.target:
        complain("Which pod? For example: python -m bot diagnose api-7d9f8c-x2x4z -n shop")
        return Exit.USAGE
    return run(lambda: _diagnose(options))


def _replay(options: Namespace) -> int:
    import msgspec

    from bot.diagnose import diagnose
    from bot.evidence import Evidence

    if options.target or options.paths:
        complain("--replay takes everything from its file: leave out POD and --from.")
        return Exit.USAGE
    try:
        evidence = msgspec.json.decode(Path(options.replay).read_bytes(), type=Evidence)
    except OSError as error:
        complain(f"{options.replay}: cannot be read ({error.strerror})")
        return Exit.USAGE
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        complain(f"{options.replay}: this is no evidence that `--save` wrote ({error})")
        return Exit.USAGE
    return _print(diagnose(evidence), options.output)


async def _diagnose(options: Namespace) -> int:
    from bot.commands.live import LiveChain
    from bot.connect import connect
    from bot.investigate import investigate

    settings = settings_for(options)
    cluster = file_cluster(options.paths) if options.paths else None
    online = cluster is None or options.online
    async with connect(settings, cluster=cluster, online=online) as sources:
        target = await resolve(sources.cluster, " ".join(options.target), options.namespace)
        if target is None:
            return Exit.USAGE
        with LiveChain(sys.stderr) as chain:
            found = await investigate(target, sources, progress=chain.follow)
    if options.save:
        _save(found.evidence, options.save)
    return _print(found.report, options.output)


async def resolve(cluster: Cluster, text: str, namespace: str) -> Target | None:
    """The target that a person means; when there is not exactly one, say so on stderr."""
    from bot.cluster.targets import InvalidTargetError, parse_target

    try:
        query = parse_target(text, namespace)
    except InvalidTargetError as error:
        complain(str(error)[:1].upper() + str(error)[1:])
        return None
    found = await cluster.find(query)
    if len(found.exact) == 1:
        return found.exact[0]
    place = cluster.name or "the files"
    if found.exact:
        _offer(f"{text} may mean several; name one of them:", found.exact)
    elif found.near:
        _offer(f"There is no {text} in {place}. Near it:", found.near)
    elif elsewhere := await _elsewhere(cluster, query):
        _offer(
            f"There is no {text} in namespace {query.namespace} of {place}. Elsewhere:", elsewhere
        )
    else:
        complain(f"There is no {text} in {place}, and nothing of a similar name.")
    return None


async def _elsewhere(cluster: Cluster, query: Query) -> tuple[Target, ...]:
    """What has this name in other namespaces; nothing where they may not be read."""
    import msgspec

    from bot.sources import SourceError

    if not query.namespace:
        return ()
    try:
        found = await cluster.find(msgspec.structs.replace(query, namespace=""))
    except SourceError:
        return ()
    return found.exact


def _offer(sentence: str, candidates: tuple[Target, ...]) -> None:
    complain(sentence)
    for candidate in candidates[:20]:
        where = f" -n {candidate.namespace}" if candidate.namespace else ""
        complain(f"  {candidate.kind.lower()}/{candidate.name}{where}")


def _save(evidence: Evidence, path: str) -> None:
    import msgspec

    try:
        Path(path).write_bytes(msgspec.json.format(msgspec.json.encode(evidence), indent=1))
    except OSError as error:
        complain(f"{path}: the evidence could not be written ({error.strerror})")


def _print(report: Report, output: str) -> int:
    if output == "text" and sys.stdout.isatty():
        from rich.console import Console

        from bot.render import terminal

        Console().print(terminal.render(report))
    else:
        from bot.render import render_as

        show(render_as(report, output))
    return exit_code(report.verdict)
