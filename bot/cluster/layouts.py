"""Where people keep logs and lists: the folders of each tool that records a cluster. Pure.

    ours, and Troubleshoot (below cluster-resources/pods/)   logs/NS/POD/CONTAINER[-previous].log
    kubectl cluster-info dump                                NS/POD/logs.txt, NS/pods.json
    must-gather, `oc adm inspect`     namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log

https://troubleshoot.sh/docs/collect/cluster-resources/,
https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/clusterinfo/clusterinfo_dump.go,
https://github.com/openshift/oc/blob/main/pkg/cli/admin/inspect/pod.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from bot.cluster.kinds import kind_named

_NAME = r"[a-z0-9][a-z0-9.-]{0,252}"
_MUST_GATHER = re.compile(
    rf"(?:^|/)namespaces/({_NAME})/pods/({_NAME})/({_NAME})/\3/logs/"
    r"(current|previous)(?:\.insecure)?\.log$"
)
_OURS = re.compile(rf"(?:^|/)logs/({_NAME})/({_NAME})/({_NAME}?)(-previous)?\.log$")
_CLUSTER_INFO = re.compile(rf"(?:^|/)({_NAME})/({_NAME})/logs\.txt$")
_NAMESPACES = re.compile(rf"(?:^|/)namespaces/({_NAME})/")
_TROUBLESHOOT = re.compile(rf"(?:^|/)cluster-resources/[a-z0-9-]{{1,80}}/({_NAME})\.(?:json|yaml)$")
BEGINS_LOG = b"==== START logs for container "
_START = re.compile(
    rf"^==== START logs for container ({_NAME}) of pod ({_NAME})/({_NAME}) ====\r?$"
)
_END = re.compile(r"^==== END logs for container .{1,800} ====\r?$")


class LogKey(msgspec.Struct, frozen=True):
    """Which log. `container` is empty where a file holds the logs of all of them."""

    namespace: str
    pod: str
    container: str
    previous: bool = False


def log_key(path: str) -> LogKey | None:
    """Say whose log a path holds; None when it holds none."""
    if match := _MUST_GATHER.search(path):
        namespace, pod, container, which = match.groups()
        return LogKey(namespace, pod, container, which == "previous")
    if match := _OURS.search(path):
        namespace, pod, container, previous = match.groups()
        return LogKey(namespace, pod, container, bool(previous))
    if match := _CLUSTER_INFO.search(path):
        return LogKey(match[1], match[2], "")
    return None


def namespace_of(path: str) -> str:
    """Say which namespace a list was made of, by its path; empty when the path does not say."""
    if match := _NAMESPACES.search(path) or _TROUBLESHOOT.search(path):
        return match[1]
    pure = PurePosixPath(path)
    return pure.parent.name if kind_named(pure.stem) else ""


def sections(text: str) -> Iterator[tuple[LogKey, list[str]]]:
    """Part the logs that `kubectl cluster-info dump` prints one after another."""
    key: LogKey | None = None
    lines: list[str] = []
    for line in text.split("\n"):
        if match := _START.match(line):
            key, lines = LogKey(match[2], match[3], match[1]), []
        elif key is not None and _END.match(line):
            yield key, lines
            key = None
        elif key is not None:
            lines.append(line)
    if key is not None:
        yield key, lines
