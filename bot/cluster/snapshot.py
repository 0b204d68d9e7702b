"""Write what `--from` reads: a cluster in a folder, for a bug report or a support case.

Values of Secrets and ConfigMaps are not in it, and free text is masked; names are.

    objects.json     every object of every kind that could be listed
    listed.json      which kinds were listed, so that absence means something
    logs/NS/POD/CONTAINER.log, CONTAINER-previous.log     of pods that are not well, the last lines
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bot.cluster.kinds import KINDS, Kind, kind_of
from bot.cluster.objects import KubeObject, Namespace, Pod
from bot.cluster.pod_state import LogWanted, logs_of, pod_is_well
from bot.cluster.scrubbed import scrubbed, scrubbed_lines
from bot.evidence import Gap, GapReason
from bot.sources import Cluster, SourceError

_AT_ONCE = 8
_MOST_LOGGED_PODS = 100
_LOG_LINES = 500


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and what could not be read."""

    objects: int
    logs: int
    gaps: tuple[Gap, ...]


async def write_snapshot(
    cluster: Cluster, folder: Path, namespaces: Sequence[str] = ()
) -> Snapshot:
    """Record namespaces (none: all of them) and everything that has no namespace.

    Raises OSError when the folder cannot be written, SourceError when nothing could be read or a
    namespace does not exist.
    """
    recorder = _Recorder(cluster)
    await asyncio.gather(
        *(
            recorder.list(kind, space)
            for kind in KINDS
            for space in (("",) if kind.cluster_scoped or not namespaces else namespaces)
        )
    )
    pods = sorted(
        (item for item in recorder.objects if isinstance(item, Pod) and not pod_is_well(item)),
        key=lambda pod: (pod.namespace, pod.name),
    )
    wanted = [log for pod in pods[:_MOST_LOGGED_PODS] for log in logs_of(pod)]
    logs = await asyncio.gather(*(recorder.log(log) for log in wanted))
    written = {log: lines for log, lines in zip(wanted, logs, strict=True) if lines is not None}
    if not recorder.listed and recorder.gaps:
        first = recorder.gaps[0]
        raise SourceError(first.reason, first.detail, first.fix)
    for space in _absent(recorder, namespaces):
        detail = f"the cluster has no namespace {space}"
        raise SourceError(GapReason.DECLINED, detail, "kubectl get namespaces")
    await asyncio.to_thread(_write, folder, recorder, written)
    return Snapshot(objects=len(recorder.objects), logs=len(written), gaps=tuple(recorder.gaps))


class _Recorder:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self.objects: list[KubeObject] = []
        self.listed: list[tuple[Kind, str]] = []
        self.gaps: list[Gap] = []

    async def list(self, kind: Kind, namespace: str) -> None:
        where = f" in {namespace}" if namespace else ""
        async with self._turn:
            try:
                found = await self._cluster.list(kind.name, namespace)
            except SourceError as error:
                self.gaps.append(error.as_gap("cluster", f"{kind.plural}{where}"))
                return
        self.objects.extend(found)
        self.listed.append((kind, namespace))

    async def log(self, wanted: LogWanted) -> tuple[str, ...] | None:
        async with self._turn:
            try:
                return await self._cluster.log(
                    wanted.namespace,
                    wanted.pod,
                    wanted.container,
                    previous=wanted.previous,
                    lines=_LOG_LINES,
                )
            except SourceError as error:
                subject = f"{wanted.namespace}/{wanted.pod} {wanted.container}"
                self.gaps.append(error.as_gap("logs", subject))
                return None


def _absent(recorder: _Recorder, namespaces: Sequence[str]) -> list[str]:
    """Which of these the cluster is known not to have: it lists one as if it were empty."""
    if (kind_of("Namespace"), "") not in recorder.listed:
        return []
    present = {item.name for item in recorder.objects if isinstance(item, Namespace)}
    return [space for space in namespaces if space not in present]


def _write(folder: Path, recorder: _Recorder, logs: dict[LogWanted, tuple[str, ...]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(
        folder / "objects.json",
        {"apiVersion": "v1", "kind": "List", "items": list(_items(recorder.objects))},
    )
    _write_json(folder / "listed.json", _listed(recorder))
    for log, lines in logs.items():
        place = folder / "logs" / log.namespace / log.pod
        place.mkdir(parents=True, exist_ok=True)
        name = f"{log.container}-previous.log" if log.previous else f"{log.container}.log"
        text = "".join(f"{line}\n" for line in scrubbed_lines(lines))
        (place / name).write_text(text, encoding="utf-8")


def _items(objects: Iterable[KubeObject]) -> Iterable[Any]:
    for item in sorted(objects, key=lambda item: (item.kind, item.namespace, item.name)):
        masked = scrubbed(item)
        if not masked.api_version:  # the API leaves it out of the items of a list
            masked = msgspec.structs.replace(masked, api_version=kind_of(item.kind).api)
        yield msgspec.to_builtins(masked)


def _listed(recorder: _Recorder) -> dict[str, Any]:
    """Say what was listed; a kind listed in the whole cluster counts for every namespace."""
    namespaces: dict[str, list[str]] = {}
    for kind, namespace in recorder.listed:
        if namespace:
            namespaces.setdefault(namespace, []).append(kind.name)
    return {
        "cluster": sorted(kind.name for kind, namespace in recorder.listed if not namespace),
        "namespaces": {space: sorted(kinds) for space, kinds in sorted(namespaces.items())},
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
